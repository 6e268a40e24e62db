#include "provisioning/model/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "provisioning/model/error.hpp"
#include "provisioning/model/interrupt.hpp"

namespace acctl {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string reason() { return std::strerror(errno); }

std::string read_all(int descriptor, const std::string& name, std::size_t limit) {
  std::string text;
  char buffer[65536];
  for (;;) {
    // Of files only standard input can keep us waiting.
    if (descriptor == STDIN_FILENO) wait_for(descriptor, Direction::read);
    const ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) throw Error(ErrorKind::invalid, "cannot read " + name + ": " + reason());
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit) {
      throw Error(ErrorKind::invalid, name + " is larger than " + std::to_string(limit >> 20) + " MiB");
    }
  }
}

struct stat require_regular(const Descriptor& file, const std::string& path) {
  if (file.number() < 0) throw Error(ErrorKind::invalid, "cannot read " + path + ": " + reason());
  struct stat status = {};
  if (fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::invalid, path + " is not a regular file");
  }
  return status;
}

void write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t put = write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw Error(ErrorKind::failed, "cannot write " + path + ": " + reason());
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  require_regular(file, path);
  return read_all(file.number(), path, limit);
}

std::string read_secret_file(const std::string& path, std::size_t limit) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  if (file.number() < 0 && errno == ELOOP) {
    throw Error(ErrorKind::invalid, path + " is a link, and holds a secret", "Name the file itself.");
  }
  const struct stat status = require_regular(file, path);
  if (status.st_uid != geteuid()) {
    throw Error(ErrorKind::invalid, path + " holds a secret and belongs to another account");
  }
  if ((status.st_mode & 077) != 0) {
    throw Error(ErrorKind::invalid, path + " holds a secret and can be read by others", "Run: chmod 600 " + path);
  }
  return read_all(file.number(), path, limit);
}

std::string read_standard_input(std::size_t limit) { return read_all(STDIN_FILENO, "standard input", limit); }

std::string read_line_of_input() {
  std::string line;
  for (;;) {
    wait_for(STDIN_FILENO, Direction::read);
    char c = 0;
    const ssize_t got = read(STDIN_FILENO, &c, 1);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0 || c == '\n') return line;
    if (line.size() < 1024) line += c;
  }
}

namespace {

// The file whose place it takes lends its owner and mode. The owner comes first, for a change of it takes bits away.
bool is_like(int descriptor, const struct stat& old) {
  struct stat fresh = {};
  if (fstat(descriptor, &fresh) != 0) return false;
  const bool same = fresh.st_uid == old.st_uid && fresh.st_gid == old.st_gid;
  return (same || fchown(descriptor, old.st_uid, old.st_gid) == 0) && fchmod(descriptor, old.st_mode & 07777) == 0;
}

// `old`: what is there, and is replaced; nullptr for nothing, then the file is for its owner alone. `replace`: whatever
// is there; else that stays.
void write_whole(const std::string& path, std::string_view text, const struct stat* old, bool replace = true) {
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));  // mkostemp makes it 0600
  if (file.number() < 0) throw Error(ErrorKind::failed, "cannot write " + path + ": " + reason());
  try {
    write_all(file.number(), text, path);
    if ((old != nullptr && !is_like(file.number(), *old)) || fsync(file.number()) != 0) {
      throw Error(ErrorKind::failed, "cannot write " + path + ": " + reason());
    }
    const int done = replace ? rename(temporary.c_str(), path.c_str()) : link(temporary.c_str(), path.c_str());
    if (done != 0 && (replace || errno != EEXIST)) {
      throw Error(ErrorKind::failed, "cannot write " + path + ": " + reason());
    }
    if (!replace) unlink(temporary.c_str());
  } catch (const Error&) {
    unlink(temporary.c_str());
    throw;
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor parent(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.number() >= 0) fsync(parent.number());
}

}  // namespace

void write_file(const std::string& path, std::string_view text) {
  struct stat status = {};
  const bool there = lstat(path.c_str(), &status) == 0;
  if (path == "-" || (there && !S_ISREG(status.st_mode))) {
    throw Error(ErrorKind::invalid, path + " is no regular file, and nothing else is written to",
                "Name a file, itself and not by a link.");
  }
  write_whole(path, text, there ? &status : nullptr);
}

void create_file(const std::string& path, std::string_view text) { write_whole(path, text, nullptr, false); }

void replace_file(const std::string& path, std::string_view text) {
  std::error_code failed;
  const std::string file = std::filesystem::canonical(path, failed).string();
  struct stat status = {};
  if (failed || stat(file.c_str(), &status) != 0) {
    throw Error(ErrorKind::failed, "cannot write " + path + ": it is not there any more");
  }
  write_whole(file, text, &status);
}

void make_folder(const std::string& path) {
  const std::filesystem::path whole(path);
  std::filesystem::path so_far;
  for (const auto& part : whole) {
    so_far /= part;
    if (so_far.empty() || mkdir(so_far.c_str(), so_far == whole ? 0700 : 0711) == 0 || errno == EEXIST ||
        errno == EROFS)
      continue;
    throw Error(ErrorKind::failed, "cannot create the folder " + so_far.string() + ": " + reason());
  }
  std::error_code error;
  if (!std::filesystem::is_directory(whole, error)) {
    throw Error(ErrorKind::failed, path + " is not a folder");
  }
}

}  // namespace acctl

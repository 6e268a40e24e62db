#include "provisioning/base/file_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace {

class OpenFile {
 public:
  explicit OpenFile(int number) : number_(number) {}
  ~OpenFile() {
    if (number_ >= 0) close(number_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

void write_part(int file, const char* bytes, std::size_t count, const std::string& path) {
  while (count > 0) {
    const ssize_t put = write(file, bytes, count);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw Error(ErrorKind::failed, "cannot write " + path + ": " + errno_text());
    bytes += put;
    count -= static_cast<std::size_t>(put);
  }
}

void copy_content(int source, int target, const std::string& from, const std::string& to) {
  std::string buffer(1 << 20, '\0');
  for (;;) {
    const ssize_t got = read(source, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw Error(ErrorKind::invalid, "cannot read " + from + ": " + errno_text(), "Check the disk it is on.");
    if (got == 0) break;
    write_part(target, buffer.data(), static_cast<std::size_t>(got), to);
  }
  if (fsync(target) != 0) throw Error(ErrorKind::failed, "cannot write " + to + ": " + errno_text());
}

}  // namespace

void copy_file(const std::string& from, const std::string& to) {
  const OpenFile source(open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status = {};
  if (source.number() < 0 || fstat(source.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::invalid,
                "cannot read " + from + ": " + (source.number() < 0 ? errno_text() : "it is not a file"),
                "Check its path and permissions.");
  }
  struct stat there = {};
  if (lstat(to.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    throw Error(ErrorKind::invalid, to + " is not a file", "Name another one.");
  }
  const std::filesystem::path path(to);
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  // As write_file() calls what it has not finished.
  const std::string unfinished = folder + "/." + path.filename().string() + ".acctl-new";
  unlink(unfinished.c_str());
  const OpenFile target(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (target.number() < 0) throw Error(ErrorKind::failed, "cannot write " + to + ": " + errno_text());
  try {
    copy_content(source.number(), target.number(), from, to);
    if (std::rename(unfinished.c_str(), to.c_str()) != 0) {
      throw Error(ErrorKind::failed, "cannot write " + to + ": " + errno_text());
    }
  } catch (const Error&) {
    unlink(unfinished.c_str());
    throw;
  }
  sync_parent_folder(to);
}

}  // namespace acctl

#include "provisioning/base/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/file_handle.hpp"
#include "provisioning/base/interrupt.hpp"

namespace acctl {

namespace {

std::string read_all(int descriptor, const std::string& name, std::size_t limit) {
  std::string text;
  struct stat status = {};
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
    text.reserve(std::min(static_cast<std::size_t>(status.st_size), limit));
  }
  char buffer[65536];
  for (;;) {
    // Of files only standard input can keep us waiting.
    if (descriptor == STDIN_FILENO) wait_for(descriptor, Direction::read);
    const ssize_t got = read(descriptor, buffer, sizeof buffer);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) throw Error(ErrorKind::invalid, "cannot read " + name + ": " + errno_text());
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > limit) {
      throw Error(ErrorKind::invalid, name + " is larger than " + std::to_string(limit >> 20) + " MiB");
    }
  }
}

struct stat require_regular(const FileHandle& file, const std::string& path) {
  if (file.number() < 0) throw Error(ErrorKind::invalid, "cannot read " + path + ": " + errno_text());
  struct stat status = {};
  if (fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw Error(ErrorKind::invalid, path + " is not a regular file");
  }
  return status;
}

}  // namespace

void write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t put = write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw Error(ErrorKind::failed, "cannot write " + path + ": " + errno_text());
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string read_file(const std::string& path, std::size_t limit) {
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  require_regular(file, path);
  return read_all(file.number(), path, limit);
}

std::string read_secret_file(const std::string& path, std::size_t limit) {
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  if (file.number() < 0 && errno == ELOOP) {
    throw Error(ErrorKind::invalid, path + " is a link; a file that holds a secret must not be one",
                "Name the file itself.");
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
    if (got <= 0) return line;
    if (c == '\n') return line + c;
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

[[noreturn]] void cannot_write(const std::string& path) {
  throw Error(ErrorKind::failed, "cannot write " + path + ": " + errno_text());
}

std::string find_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

// A file without a name: it is gone if we are killed before it gets one. -1 if the file system has none such.
int open_unnamed(const std::string& path) {
  const int file = open(find_folder(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  // EISDIR: a kernel or file system that does not know the flag. ENOENT: the same, or there is no such folder.
  if (file < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL) cannot_write(path);
  return file;
}

// Who has a file under its waiting name keeps it locked, for moments: the lock tells what a killed run has left from
// what another one is about to put in place. False after five seconds.
bool lock_soon(int file) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    poll(nullptr, 0, 10);
  }
  return false;
}

[[noreturn]] void is_in_the_way(const std::string& path, const std::string& waiting) {
  throw Error(ErrorKind::failed, "cannot write " + path + ": " + waiting + " is in the way",
              "If no other run of acctl is writing this file, remove it.");
}

bool is_named(int file, const std::string& name) {
  struct stat status = {};
  struct stat named = {};
  return fstat(file, &status) == 0 && lstat(name.c_str(), &named) == 0 && named.st_ino == status.st_ino &&
         named.st_dev == status.st_dev;
}

// The file under its waiting name, emptied and locked. One of another account would be read or changed by it.
int open_waiting(const std::string& path, const std::string& waiting) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int file = open(waiting.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file < 0) cannot_write(path);
    struct stat status = {};
    const bool held = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && lock_soon(file);
    const bool named = held && is_named(file, waiting);  // or another run has put it in place meanwhile
    const bool own = status.st_uid == geteuid() && status.st_nlink == 1;
    if (named && own && ftruncate(file, 0) == 0 && fchmod(file, 0600) == 0) return file;
    // It can still be ours: root gives it to the owner of the file that it replaces.
    const bool removed = named && !own && unlink(waiting.c_str()) == 0;
    close(file);
    if (!held || (named && !removed)) break;
  }
  is_in_the_way(path, waiting);
}

// Removes what a killed run has left under the waiting name; waits for one that is at work.
void clear_waiting(const std::string& path, const std::string& waiting) {
  const FileHandle other(open(waiting.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (other.number() >= 0) {
    if (!lock_soon(other.number())) is_in_the_way(path, waiting);
    if (!is_named(other.number(), waiting)) return;
  }
  if (unlink(waiting.c_str()) != 0 && errno != ENOENT) cannot_write(path);
}

void finish_waiting(const std::string& waiting, const std::string& path, bool replace) {
  const int done = replace ? rename(waiting.c_str(), path.c_str()) : link(waiting.c_str(), path.c_str());
  const int error = errno;
  if (done != 0 || !replace) unlink(waiting.c_str());
  errno = error;
  if (done != 0 && (replace || errno != EEXIST)) cannot_write(path);
}

void give_name(int file, const std::string& path, bool replace) {
  // AT_EMPTY_PATH would need a capability.
  const std::string unnamed = "/proc/self/fd/" + std::to_string(file);
  const auto give = [&](const std::string& name) {
    return linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  if (give(path)) return;
  if (errno != EEXIST) cannot_write(path);
  if (!replace) return;
  // linkat() replaces nothing. Once it has lost its name again, a file cannot get another one.
  const std::string waiting = make_unfinished_path(path);
  lock_soon(file);
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (give(waiting)) {
      return finish_waiting(waiting, path, true);
    }
    if (errno != EEXIST) cannot_write(path);
    clear_waiting(path, waiting);
  }
  is_in_the_way(path, waiting);
}

}  // namespace

// A file and its name are in different places of the disk: without this the name can be missing after a power failure.
void sync_parent_folder(const std::string& path) {
  const FileHandle parent(open(find_folder(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // EINVAL, EROFS: of a file system that has no such thing. A folder that cannot be read can be written to.
  const bool known = parent.number() >= 0 ? fsync(parent.number()) == 0 : errno == EACCES;
  if (!known && errno != EINVAL && errno != EROFS) cannot_write(path);
}

namespace {

// `old`: the file that is replaced; nullptr for none, then only the owner can read the new one. `replace`: whether an
// existing file is replaced or kept.
void write_whole(const std::string& path, std::string_view text, const struct stat* old, bool replace = true) {
  const std::string waiting = make_unfinished_path(path);
  const int unnamed = open_unnamed(path);
  const FileHandle file(unnamed >= 0 ? unnamed : open_waiting(path, waiting));
  try {
    write_all(file.number(), text, path);
    if ((old != nullptr && !is_like(file.number(), *old)) || fsync(file.number()) != 0) cannot_write(path);
  } catch (const Error&) {
    if (unnamed < 0) unlink(waiting.c_str());
    throw;
  }
  if (unnamed >= 0) {
    give_name(file.number(), path, replace);
  } else {
    finish_waiting(waiting, path, replace);
  }
  sync_parent_folder(path);
}

}  // namespace

std::string make_unfinished_path(const std::string& path) {
  return find_folder(path) + "/." + std::filesystem::path(path).filename().string() + ".acctl-new";
}

void write_file(const std::string& path, std::string_view text) {
  struct stat status = {};
  const bool there = lstat(path.c_str(), &status) == 0;
  if (path == "-" || (there && !S_ISREG(status.st_mode))) {
    throw Error(ErrorKind::invalid, path + " is not a regular file; only regular files are written",
                "Name the file itself, not a link to it.");
  }
  write_whole(path, text, there ? &status : nullptr);
}

void create_file(const std::string& path, std::string_view text) { write_whole(path, text, nullptr, false); }

void replace_file(const std::string& path, std::string_view text) {
  std::error_code failed;
  const std::string file = std::filesystem::canonical(path, failed).string();
  struct stat status = {};
  if (failed || stat(file.c_str(), &status) != 0) {
    throw Error(ErrorKind::failed, "cannot write " + path + ": it no longer exists");
  }
  write_whole(file, text, &status);
}

namespace {

// The waiting name, or what earlier versions gave to files of a Maildir for as long: "ID.acctl.XXXXXX".
bool is_abandoned_name(const std::string& name) {
  if (name.starts_with(".") && name.ends_with(".acctl-new")) return true;
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const std::size_t dot = name.rfind('.');
  return dot != std::string::npos && name.size() - dot == 7 && name.substr(0, dot).ends_with(".acctl") &&
         name.find_first_not_of(letters, dot + 1) == std::string::npos;
}

bool is_abandoned(int file) {
  struct stat status = {};
  return fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() && status.st_nlink == 1 &&
         time(nullptr) - status.st_mtime > 3600;
}

}  // namespace

std::vector<std::string> abandoned_files(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
    if (!is_abandoned_name(entry.path().filename().string())) continue;
    const FileHandle file(open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.number() >= 0 && is_abandoned(file.number())) paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

bool remove_abandoned_file(const std::string& path) {
  const FileHandle file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.number() < 0 || flock(file.number(), LOCK_EX | LOCK_NB) != 0) return false;
  if (!is_abandoned(file.number()) || !is_named(file.number(), path)) return false;
  if (unlink(path.c_str()) != 0) throw Error(ErrorKind::failed, "cannot remove " + path + ": " + errno_text());
  sync_parent_folder(path);
  return true;
}

void make_folder(const std::string& path) {
  const std::filesystem::path whole(path);
  std::filesystem::path so_far;
  for (const auto& part : whole) {
    so_far /= part;
    if (so_far.empty()) continue;
    if (mkdir(so_far.c_str(), so_far == whole ? 0700 : 0711) == 0) {
      sync_parent_folder(so_far.string());  // or what is written into it, and on the disk, may be gone with it
      continue;
    }
    if (errno == EEXIST || errno == EROFS) continue;
    throw Error(ErrorKind::failed, "cannot create the folder " + so_far.string() + ": " + errno_text());
  }
  std::error_code error;
  if (!std::filesystem::is_directory(whole, error)) {
    throw Error(ErrorKind::failed, path + " is not a folder");
  }
}

void check_folder(const std::string& path) {
  struct stat status = {};
  std::string there = path;
  while (lstat(there.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR) && find_folder(there) != there)
    there = find_folder(there);
  if (stat(there.c_str(), &status) != 0)
    throw Error(ErrorKind::failed, "cannot look at " + there + ": " + errno_text());
  if (!S_ISDIR(status.st_mode)) throw Error(ErrorKind::failed, there + " is not a folder");
  if (access(there.c_str(), W_OK | X_OK) != 0) {
    const std::string wish = there == path ? "write to " + path : "create the folder " + path + " in " + there;
    throw Error(ErrorKind::failed, "cannot " + wish + ": " + errno_text());
  }
}

}  // namespace acctl

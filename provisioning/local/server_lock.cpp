#include "provisioning/local/server_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// The name alone may be `localhost` on many machines, and copies of one image share the id.
std::string this_host() {
  char name[256] = "localhost";
  gethostname(name, sizeof name - 1);
  return std::string(name) + " " + first_line("/etc/machine-id");
}

// Equal in all containers of one running kernel, and new with each boot.
std::string this_boot() { return first_line("/proc/sys/kernel/random/boot_id"); }

}  // namespace

bool ServerLock::held() const {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return false;
  // Shared, so that two who ask at once do not take each other for a server.
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return held;
}

bool ServerLock::take() {
  release();
  file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) throw Error(ErrorKind::failed, "cannot open " + path_ + ": " + errno_text());
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    release();
    if (why == EWOULDBLOCK) return false;
    throw Error(ErrorKind::failed, "cannot lock " + path_ + ": " + std::strerror(why),
                "The file system must support flock(); set XDG_DATA_HOME to a folder on another one.");
  }
  const std::string note = this_host() + "\n" + this_boot() + "\n";
  if (ftruncate(file_, 0) != 0 || pwrite(file_, note.data(), note.size(), 0) != static_cast<ssize_t>(note.size())) {
    throw Error(ErrorKind::failed, "cannot write " + path_ + ": " + errno_text());
  }
  return true;
}

void ServerLock::release() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

std::string ServerLock::other_host() const {
  std::ifstream file(path_);
  std::string host;
  std::string boot;
  if (!std::getline(file, host) || !std::getline(file, boot)) return "";
  if (boot == this_boot() || host == this_host()) return "";
  return host.substr(0, host.find(' '));
}

}  // namespace acctl

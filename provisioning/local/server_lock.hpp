// The lock of a running server on its folder: an flock on FOLDER/server.lock, inherited by the postmaster and by every
// process it forks, so it lasts exactly as long as any of them lives. PostgreSQL's own interlocks (process number,
// shared memory) end at the border of a PID or IPC namespace, and two servers on one data folder destroy it; an flock
// is the kernel's, and holds in every container that shares the folder.
#pragma once

#include <string>

namespace acctl {

class ServerLock {
 public:
  explicit ServerLock(std::string path) : path_(std::move(path)) {}
  ~ServerLock() { release(); }
  ServerLock(const ServerLock&) = delete;
  ServerLock& operator=(const ServerLock&) = delete;

  // Whether a server has it now, in whatever namespace of this machine's kernel.
  bool held() const;

  // Takes it for a server that is to be started, and notes this machine and this boot in the file. False while somebody
  // has it. Throws Error(failed) if the file cannot be used.
  bool take();

  // The descriptor that the server inherits; valid between take() and release().
  int descriptor() const { return file_; }

  // Lets go of our own hold; that of a server that inherited it stays.
  void release();

  // The host that took it last, if that is not this machine since its last boot: an flock does not reach from one
  // kernel to another, so a server may still be running there. "" otherwise.
  std::string other_host() const;

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace acctl

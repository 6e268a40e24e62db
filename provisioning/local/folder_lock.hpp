// Locks the embedded server's folder, so that one call of acctl changes it at a time.
#pragma once

#include <functional>
#include <string>

namespace acctl {

// Error(conflict): `path` is not ours to use.
[[noreturn]] void refuse_foreign(const std::string& path, const std::string& why);

// The exclusive right to make, start, stop or destroy; creates the folder when it is missing.
class FolderLock {
 public:
  // Throws Error(locked) while another call has it too long, Error(conflict) for a folder that is not ours.
  FolderLock(const std::string& folder, const std::function<bool()>* interrupted);
  ~FolderLock() { reset(); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  bool try_once(const std::string& folder);
  void reset();

  int file_ = -1;
};

}  // namespace acctl

// Files by their numbers, for what reads and writes them in base.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

namespace acctl {

// Closes at the end; a negative number is none.
class FileHandle {
 public:
  explicit FileHandle(int number) : number_(number) {}
  ~FileHandle() {
    if (number_ >= 0) close(number_);
  }
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// Throws Error(failed) naming `path` (files.cpp).
void write_all(int descriptor, std::string_view text, const std::string& path);

}  // namespace acctl

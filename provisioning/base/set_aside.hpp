// A large text that may be needed once more, and mostly is not.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

namespace acctl {

// Held in a temporary file that has no name; in memory if it is small, or if there is no room for such a file.
class SetAside {
 public:
  explicit SetAside(std::string text);

  // The whole text. Throws Error(failed) if the file cannot be read any more.
  std::string read() const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string text_;  // unless it is in the file
  std::unique_ptr<std::FILE, Close> file_;
  std::size_t size_ = 0;  // of what is in the file
};

}  // namespace acctl

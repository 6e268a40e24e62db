// Tells a person the first ten of many remarks on standard error, and how many more there are.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>

#include "cli/terminal.hpp"

namespace acctl {

// What people read, of a list that can be as long as a tenant is large.
constexpr std::size_t remarks_shown = 10;

// Remarks of one kind, a line each, as they come. What is left out is counted when the object ends, stands in the log
// file, and is shown with --verbose.
class Remarks {
 public:
  enum class Tone { info, warning };  // as Terminal calls them
  Remarks(Terminal& terminal, Tone tone) : terminal_(terminal), tone_(tone) {}
  ~Remarks();
  Remarks(const Remarks&) = delete;
  Remarks& operator=(const Remarks&) = delete;

  // Any thread may call it.
  void say(const std::string& remark);

 private:
  Terminal& terminal_;
  Tone tone_;
  std::mutex mutex_;
  std::size_t said_ = 0;
};

}  // namespace acctl

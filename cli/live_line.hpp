// The line that shows how far long work is: when it is due, and what it says.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/progress.hpp"
#include "provisioning/base/step.hpp"

namespace acctl {

// Knows no terminal and no thread: its owner asks now and then what is due, and keeps calls apart.
class LiveLine {
 public:
  using Clock = std::chrono::steady_clock;

  // `in_place`: the line is drawn over the one before; otherwise it stays, so that there are few of them.
  LiveLine(bool in_place, Clock::time_point run_started) : in_place_(in_place), run_started_(run_started) {}

  void begin(const Step& step, Clock::time_point now);
  void end(const Step& step);

  // Something else is shown, and nothing is due until another step begins.
  void hush() { quiet_ = true; }

  // What is to be shown now, with a bar in at most `columns` if it is drawn in place. What is quick is not seen: drawn
  // is what somebody waits for since a second, and said what has itself lasted for two, the more seldom the longer the
  // run.
  std::optional<std::string> due(Clock::time_point now, std::size_t columns);

 private:
  bool may_stay(const Progress& progress, Clock::time_point now);

  const bool in_place_;
  const Clock::time_point run_started_;
  std::vector<const Step*> steps_;  // the innermost last
  bool quiet_ = true;
  Clock::time_point waited_since_{};  // since when nothing else is seen
  Clock::time_point said_at_{};
  std::string said_;  // without its times
};

}  // namespace acctl

// Progress says how far long work is, how fast it goes and how long it will take.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace acctl {

struct Progress {
  std::size_t done = 0;
  std::size_t all = 0;  // 0 if nobody knows
  std::string what;     // "tenants"; "" if nothing is counted
  std::chrono::milliseconds elapsed{0};
  std::string doing = {};  // before the count: "writing"
};

// "120 of 500 tenants, 45/s, 9s left", or "reading acme, 12s so far" while there is no rate. Without times in the first
// second, for they would say nothing.
std::string progress_words(const Progress& progress);

// The same behind a bar, in at most `columns`.
std::string progress_bar(const Progress& progress, std::size_t columns);

}  // namespace acctl

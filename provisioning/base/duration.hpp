// Durations as people write them: a whole number and a unit.
#pragma once

#include <chrono>
#include <string>

namespace acctl {

// "500ms", "30s", "5m", "8h", "30d"; plain "0" is zero. Throws Error(invalid) naming `what` for anything else, negative
// numbers and more than 10,000 days included.
std::chrono::milliseconds parse_duration(const std::string& what, const std::string& text);

}  // namespace acctl

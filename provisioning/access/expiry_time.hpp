// Parses times as people write them: a time, or a duration from now or ago. Now is the time of the control database.
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"

namespace acctl {

// Throws Error(invalid) naming `option` if `text` is neither a time as in RFC 3339 nor a duration (30d, 8h).
void check_moment(const std::string& option, const std::string& text);

// In UTC as RFC 3339 has it, to the second. Throws Error(invalid) also if it is over.
std::string parse_future_moment(Connection& control, const std::string& option, const std::string& text);

// check_moment() for the past: a time, or how long ago.
void check_past_moment(const std::string& option, const std::string& text);

// The same for the past: a time, or how long ago. To the microsecond.
std::string parse_past_moment(Connection& control, const std::string& option, const std::string& text);

}  // namespace acctl

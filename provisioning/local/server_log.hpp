// Reads the embedded server's log: a file for each day of the week, overwritten a week later.
#pragma once

#include <string>

namespace acctl {

// Where messages of a start go in `folder` before the server has opened its own log. What is left of last week is
// removed.
std::string start_log(const std::string& folder);

// How far the logs of today had come, so that a start that fails is explained by its own messages.
struct LogPosition {
  std::uintmax_t start = 0;
  std::uintmax_t server = 0;
};
LogPosition log_position(const std::string& folder);

// The last error that was logged after `since`, else the last line; never a hint, which explains nothing by itself.
std::string last_error(const std::string& folder, const LogPosition& since);

}  // namespace acctl

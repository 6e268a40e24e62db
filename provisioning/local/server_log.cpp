#include "provisioning/local/server_log.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace fs = std::filesystem;

namespace {

// As the server's log_filename has it, in UTC.
std::string weekday() {
  constexpr const char* names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  return names[parts.tm_wday];
}

std::string path_of_start(const std::string& folder) { return folder + "/start-" + weekday() + ".log"; }
std::string path_of_server(const std::string& folder) { return folder + "/server-" + weekday() + ".log"; }

std::uintmax_t read_size(const std::string& path) {
  std::error_code none;
  const std::uintmax_t size = fs::file_size(path, none);
  return none ? 0 : size;
}

std::string text_after(const std::string& path, std::uintmax_t position) {
  try {
    const std::string text = read_file(path, 64 << 20);
    // A file that was begun anew meanwhile is all new.
    return text.substr(position <= text.size() ? position : 0);
  } catch (const Error&) {
    return "";
  }
}

bool is_error(const std::string& line) {
  return line.find("FATAL:") != std::string::npos || line.find("PANIC:") != std::string::npos;
}

bool is_comment(const std::string& line) {
  for (const char* beginning : {"HINT:", "DETAIL:", "CONTEXT:", "LOCATION:", "STATEMENT:"}) {
    if (line.find(beginning) != std::string::npos) return true;
  }
  return line.empty();
}

}  // namespace

std::string start_log(const std::string& folder) {
  std::string path = path_of_start(folder);
  std::error_code none;
  const auto written = fs::last_write_time(path, none);
  if (!none && fs::file_time_type::clock::now() - written > std::chrono::hours(48)) fs::remove(path, none);
  return path;
}

LogPosition log_position(const std::string& folder) {
  return {read_size(path_of_start(folder)), read_size(path_of_server(folder))};
}

std::string last_error(const std::string& folder, const LogPosition& since) {
  std::istringstream lines(text_after(path_of_start(folder), since.start) + "\n" +
                           text_after(path_of_server(folder), since.server));
  std::string error;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (is_error(line)) error = line;
    if (!is_comment(line)) last = line;
  }
  // Without the time and the process number before the severity.
  const std::size_t severity = std::min(error.find("FATAL:"), error.find("PANIC:"));
  if (severity != std::string::npos) return error.substr(severity);
  return last.empty() ? "it logged no message" : last;
}

}  // namespace acctl

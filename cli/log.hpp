// The log: what is said on standard error and in --log-file, by spdlog, which no other source knows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/settings.hpp"

namespace acctl {

enum class Level { debug, info, warning, error };

using Fields = std::vector<std::pair<std::string_view, std::string>>;

// Standard error holds the words, or with --log-format json an object a line: {"time","level","run","tenant","message"}
// and what fields there are. The file, and syslog, hold everything down to Level::debug as key=value pairs of the same
// names or, with --log-format json, as the same objects; one line is one write, so that many runs can share a file. A
// file that was moved away is made anew. Under systemd lines on standard error begin with their priority, <N>. Control
// characters and what hides is escaped everywhere.
class Log {
 public:
  // Throws Error(invalid) where --log-file cannot be written to.
  Log(const Settings& settings, const std::string& run);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // To the file and, from `shown` on, on standard error, there as words broken into lines of `width` (0: in one line).
  // Any thread may call it.
  void say(Level level, std::string_view message, const Fields& fields = {}, std::size_t width = 0);

  // To the file alone.
  void keep(Level level, std::string_view message, const Fields& fields = {});

  bool keeps() const;       // whether there is a file
  bool shows(Level) const;  // whether standard error gets it

 private:
  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace acctl

#include "provisioning/access/expiry_time.hpp"

#include <regex>

#include "provisioning/access/expiry_time.sql.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

bool is_time(const std::string& text) {
  static const std::regex rfc3339(R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2}))");
  return text.size() < 64 && std::regex_match(text, rfc3339);
}

}  // namespace

void check_moment(const std::string& option, const std::string& text) {
  if (is_time(text)) return;
  try {
    parse_duration(option, text);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid, option + ": '" + text + "' is neither a time nor a duration",
                "Write a time as 2027-01-31T18:00:00Z, or how long from now as 8h or 30d.");
  }
}

std::string parse_future_moment(Connection& control, const std::string& option, const std::string& text) {
  check_moment(option, text);
  const std::optional<std::string> time = is_time(text) ? std::optional(text) : std::nullopt;
  const std::int64_t milliseconds = time ? 0 : parse_duration(option, text).count();
  try {
    const Rows moment = control.query(sql::moment, {time, milliseconds});
    if (moment.boolean(0, 1)) return std::string(moment.text(0, 0));
  } catch (const SqlError& error) {
    if (!error.sqlstate().starts_with("22")) throw;
    throw Error(ErrorKind::invalid, option + ": there is no such time as '" + text + "'");
  }
  throw Error(ErrorKind::invalid, option + ": '" + text + "' is not in the future",
              "Give a later time, or how long from now as 8h or 30d.");
}

void check_past_moment(const std::string& option, const std::string& text) {
  if (is_time(text)) return;
  try {
    parse_duration(option, text);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid, option + ": '" + text + "' is neither a time nor a duration",
                "Write a time as 2027-01-31T18:00:00Z, or how long ago as 8h or 30d.");
  }
}

std::string parse_past_moment(Connection& control, const std::string& option, const std::string& text) {
  check_past_moment(option, text);
  const std::optional<std::string> time = is_time(text) ? std::optional(text) : std::nullopt;
  const std::int64_t milliseconds = time ? 0 : parse_duration(option, text).count();
  try {
    return std::string(control.query(sql::past_moment, {time, milliseconds}).text(0, 0));
  } catch (const SqlError& error) {
    if (!error.sqlstate().starts_with("22")) throw;
    throw Error(ErrorKind::invalid, option + ": there is no such time as '" + text + "'");
  }
}

}  // namespace acctl

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

// `duration`: what a duration says, in words.
void check(const std::string& option, const std::string& text, const std::string& duration) {
  if (is_time(text)) return;
  try {
    parse_duration(option, text);
  } catch (const Error&) {
    throw Error(ErrorKind::invalid, option + ": '" + text + "' is neither a time nor a duration",
                "Write a time as 2027-01-31T18:00:00Z, or " + duration + " as 8h or 30d.");
  }
}

// `sql` is asked for the time that a text which was checked means.
Rows ask_moment(Connection& control, const char* sql, const std::string& option, const std::string& text) {
  const bool time = is_time(text);
  try {
    return control.query(
        sql, {time ? Param(text) : Param(std::nullopt), std::int64_t{time ? 0 : parse_duration(option, text).count()}});
  } catch (const SqlError& error) {
    if (!error.sqlstate().starts_with("22")) throw;
    throw Error(ErrorKind::invalid, option + ": there is no such time as '" + text + "'");
  }
}

}  // namespace

void check_moment(const std::string& option, const std::string& text) { check(option, text, "how long from now"); }

std::string parse_future_moment(Connection& control, const std::string& option, const std::string& text) {
  check_moment(option, text);
  const Rows moment = ask_moment(control, sql::moment, option, text);
  if (moment.boolean(0, 1)) return std::string(moment.text(0, 0));
  throw Error(ErrorKind::invalid, option + ": '" + text + "' is not in the future",
              "Give a later time, or how long from now as 8h or 30d.");
}

void check_past_moment(const std::string& option, const std::string& text) { check(option, text, "how long ago"); }

std::string parse_past_moment(Connection& control, const std::string& option, const std::string& text) {
  check_past_moment(option, text);
  return std::string(ask_moment(control, sql::past_moment, option, text).text(0, 0));
}

}  // namespace acctl

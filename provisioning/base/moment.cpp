#include "provisioning/base/moment.hpp"

#include <chrono>
#include <cstdio>

namespace acctl {

namespace {

std::string moment_text(std::chrono::sys_seconds moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

// The number whose digits are all of `digits`; -1 if it is none.
int moment_number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::string utc_moment(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00";
  if (text.size() <= form.size()) return {};
  for (const std::size_t at : {4u, 7u, 10u, 13u, 16u}) {
    if (text[at] != form[at]) return {};
  }
  const int year = moment_number(text.substr(0, 4));
  const int month = moment_number(text.substr(5, 2));
  const int day = moment_number(text.substr(8, 2));
  const int hour = moment_number(text.substr(11, 2));
  const int minute = moment_number(text.substr(14, 2));
  const int second = moment_number(text.substr(17, 2));
  if (year < 1 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 59) {
    return {};
  }
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return {};
  std::chrono::sys_seconds moment = std::chrono::sys_days(date);
  moment += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  const std::string_view zone = text.substr(form.size());
  if (zone == "Z") return moment_text(moment);
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return {};
  const int hours = moment_number(zone.substr(1, 2));
  const int minutes = moment_number(zone.substr(4, 2));
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return {};
  const std::chrono::seconds offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return moment_text(zone[0] == '+' ? moment - offset : moment + offset);
}

std::string to_rfc3339(std::string_view text) {
  if (text.size() < 19) return std::string(text);
  return std::string(text.substr(0, 10)) + "T" + std::string(text.substr(11, 8)) + "Z";
}

std::string present_moment() {
  return moment_text(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
}

}  // namespace acctl

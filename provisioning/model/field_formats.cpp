#include "provisioning/model/field_formats.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/model/text_patterns.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

bool is_edge(char c) { return is_lower(c) || is_digit(c); }
bool is_word(char c) { return is_edge(c) || c == '_' || c == '-'; }

std::string quoted(const std::string& text) { return "'" + abbreviated(text) + "'"; }

bool is_key(std::string_view key) {
  const auto allowed = [](char c) { return is_word(c) || c == '.'; };
  return !key.empty() && is_edge(key.front()) && is_edge(key.back()) && std::ranges::all_of(key, allowed);
}

bool is_permission_part(std::string_view part) {
  return !part.empty() && is_edge(part.front()) && std::ranges::all_of(part, is_word);
}

bool is_permission(std::string_view key) {
  const std::size_t dot = key.find('.');
  return key == "*" || (dot != std::string_view::npos && is_permission_part(key.substr(0, dot)) &&
                        is_permission_part(key.substr(dot + 1)));
}

// What PostgreSQL counts among [[:cntrl:]] is not in it.
bool is_line(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return false;
    const std::uint32_t code = utf8_code(text, i);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029) return false;
    i += length;
  }
  return !text.empty();
}

bool is_colour(std::string_view text) {
  const auto hexadecimal = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return text.size() == 7 && text[0] == '#' && std::ranges::all_of(text.substr(1), hexadecimal);
}

bool is_clock(std::string_view text, bool may_end_the_day) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const std::size_t at : {0u, 1u, 3u, 4u}) {
    if (!is_digit(text[at])) return false;
  }
  return text < "24:00" ? text[3] < '6' : may_end_the_day && text == "24:00";
}

bool is_span(const Json& value) {
  if (!value.is_string()) return false;
  const std::string_view text = value.get_ref<const std::string&>();
  return text.size() == 11 && text[5] == '-' && is_clock(text.substr(0, 5), false) && is_clock(text.substr(6), true);
}

// Of spans that are well-formed. Times of a day sort as text.
std::string spans_problem(const std::string& day, const Json& spans) {
  auto all = spans.get<std::vector<std::string>>();
  std::ranges::sort(all);
  const std::vector<std::string>& sorted = all;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const std::string begin = sorted[i].substr(0, 5);
    const std::string end = sorted[i].substr(6);
    if (end < begin) {
      return "has the span " + quoted(sorted[i]) + " for " + day + ", which ends before it starts; write \"" + begin +
             "-24:00\" and, for the next day, \"00:00-" + end + "\"";
    }
    if (end == begin) return "has the span " + quoted(sorted[i]) + " for " + day + ", which has no length";
    if (i > 0 && begin < sorted[i - 1].substr(6)) {
      return "has the spans " + quoted(sorted[i - 1]) + " and " + quoted(sorted[i]) + " for " + day + ", which overlap";
    }
  }
  return {};
}

std::vector<std::string> hours_problems(const Json& hours) {
  constexpr std::array<std::string_view, 7> days = {"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};
  if (!hours.is_object()) return {"takes a mapping of weekdays"};
  std::vector<std::string> problems;
  for (const auto& [day, spans] : hours.items()) {
    if (std::ranges::find(days, day) == days.end()) {
      problems.push_back("does not take " + quoted(day) + "; days are monday to sunday");
    } else if (!spans.is_array() || !std::ranges::all_of(spans, is_span)) {
      problems.push_back("takes a list of spans such as \"09:00-17:00\" for " + day);
    } else if (std::string problem = spans_problem(day, spans); !problem.empty()) {
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

std::string levels_problem(const Json& levels) {
  if (!levels.is_array() || levels.empty()) return "takes a list of levels: global, group, restricted";
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::string level = levels[i].is_string() ? levels[i].get<std::string>() : levels[i].dump();
    if (std::ranges::find(permission_levels(), level) == permission_levels().end()) {
      return "does not take level " + quoted(level) + "; levels are global, group and restricted";
    }
    if (std::find(levels.begin(), levels.begin() + static_cast<std::ptrdiff_t>(i), levels[i]) !=
        levels.begin() + static_cast<std::ptrdiff_t>(i)) {
      return "lists '" + level + "' twice";
    }
  }
  return {};
}

std::string hidden_problem(const std::string& text) {
  const std::string hidden = hidden_character(text);
  return hidden.empty() ? "" : "holds a control or invisible character, " + hidden + ": " + quoted(text);
}

std::string name_problem(const std::string& name, ValueOrigin origin) {
  const bool stored = origin == ValueOrigin::stored;
  if (name.empty() || (!stored && name.find_first_not_of(' ') == std::string::npos)) return "must not be empty";
  if (!is_utf8(name)) return "is not valid UTF-8";
  return stored ? "" : hidden_problem(name);
}

// Spaces that PostgreSQL prints behind the commas and colons of a document, and we do not.
std::size_t spaces_within(const Json& value) {
  if (!value.is_structured()) return 0;
  std::size_t spaces = value.empty() ? 0 : value.size() - 1 + (value.is_object() ? value.size() : 0);
  for (const Json& part : value) spaces += spaces_within(part);
  return spaces;
}

// The tenants' schema has the same limits (templates/tenant), so documents are measured as they are printed there.
std::string length_problem(const Field& field, const Json& value) {
  if (field.longest == 0) return {};
  const auto limit = static_cast<std::size_t>(field.longest);
  const bool text = value.is_string() && field.type == FieldType::text;
  // A string has at most as many characters as bytes.
  if (text && value.get_ref<const std::string&>().size() <= limit) return {};
  const std::size_t length =
      text ? character_count(value.get_ref<const std::string&>())
           : value.dump(-1, ' ', false, Json::error_handler_t::replace).size() + spaces_within(value);
  if (length <= limit) return {};
  return "has " + std::to_string(length) + (text ? " characters" : " bytes as JSON") + "; at most " +
         std::to_string(limit) + " are allowed";
}

std::vector<std::string> dates_problems(const Json& dates) {
  if (!dates.is_array()) return {"takes a list of dates"};
  std::vector<std::string> problems;
  for (const Json& date : dates) {
    if (date.is_string() && is_date(date.get_ref<const std::string&>())) continue;
    problems.push_back("takes dates as YYYY-MM-DD, not " + abbreviated(date.dump()));
  }
  return problems;
}

// Of a format that can be broken in one way at a time; to follow the field's name.
std::string format_problem(Format format, const Json& value, ValueOrigin origin) {
  const auto takes = [&](bool fits) { return fits ? std::string() : "takes " + std::string(describe(format)); };
  switch (format) {
    case Format::any:
      return {};
    case Format::filled:
    case Format::id:
      return value.get_ref<const std::string&>().empty() ? "must not be empty" : "";
    case Format::name:
      return name_problem(value.get_ref<const std::string&>(), origin);
    case Format::line:
    case Format::time_zone:
      if (!is_line(value.get_ref<const std::string&>())) return takes(false);
      return origin == ValueOrigin::stored ? "" : hidden_problem(value.get_ref<const std::string&>());
    case Format::colour:
      return takes(is_colour(value.get_ref<const std::string&>()));
    case Format::mapping:
      return takes(value.is_object());
    case Format::list:
      return takes(value.is_array());
    case Format::filled_list:
      return takes(value.is_array() && !value.empty());
    case Format::levels:
      return levels_problem(value);
    case Format::hours:
    case Format::dates:
      break;
  }
  return {};
}

std::vector<std::string> format_problems(Format format, const Json& value, ValueOrigin origin) {
  if (format == Format::hours) return hours_problems(value);
  if (format == Format::dates) return dates_problems(value);
  std::string problem = format_problem(format, value, origin);
  return problem.empty() ? std::vector<std::string>() : std::vector{std::move(problem)};
}

}  // namespace

std::string key_problem(KeyForm form, const std::string& key) {
  if (form == KeyForm::email) {
    try {
      check_email("the user", key);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }
  if (key.size() > 63)
    return "the key " + quoted(key) + " has " + std::to_string(key.size()) + " bytes; at most 63 are allowed";
  if (form == KeyForm::permission) {
    return is_permission(key)
               ? ""
               : quoted(key) + " is not a valid permission: write resource.action in lower case, or \"*\"";
  }
  return is_key(key) ? ""
                     : quoted(key) +
                           " is not a valid key: 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit at its ends";
}

std::string normal_key(KeyForm form, const std::string& key) { return form == KeyForm::email ? lower_case(key) : key; }

nlohmann::json normal_value(const Field& field, nlohmann::json value) {
  if (field.format != Format::id || !value.is_string()) return value;
  return trimmed(value.get_ref<const std::string&>());
}

std::string pattern_problem(const std::string& pattern) {
  const bool all_of_one =
      pattern.ends_with(".*") && is_permission_part(std::string_view(pattern).substr(0, pattern.size() - 2));
  return all_of_one || is_permission(pattern)
             ? ""
             : quoted(pattern) + " is not a valid permission or pattern: write tickets.view, tickets.* or \"*\"";
}

std::string value_problem(const Field& field, const nlohmann::json& value) {
  const std::vector<std::string> problems = value_problems(field, value);
  return problems.empty() ? "" : problems.front();
}

std::vector<std::string> value_problems(const Field& field, const nlohmann::json& value, ValueOrigin origin) {
  const std::string name = "'" + std::string(field.name) + "' ";
  if (field.type == FieldType::integer) {
    const auto number = value.get<std::int64_t>();
    if (number >= field.minimum && number <= field.maximum) return {};
    return {name + "takes a whole number from " + std::to_string(field.minimum) + " to " +
            std::to_string(field.maximum)};
  }
  if (field.type == FieldType::date && !is_date(value.get_ref<const std::string&>())) {
    return {name + "takes a date as YYYY-MM-DD, not " + quoted(value.get<std::string>())};
  }
  if (const std::string problem = length_problem(field, value); !problem.empty()) return {name + problem};
  std::vector<std::string> problems = format_problems(field.format, value, origin);
  for (std::string& problem : problems) problem.insert(0, name);
  return problems;
}

std::string line_problem(const std::string& line, std::size_t longest) {
  if (!is_utf8(line)) return "is not valid UTF-8";
  if (const std::size_t length = character_count(line); length > longest) {
    return "has " + std::to_string(length) + " characters; at most " + std::to_string(longest) + " are allowed";
  }
  return hidden_problem(line);
}

std::string_view describe(Format format) {
  return find_word(format, {{Format::filled, "text that is not empty"},
                            {Format::id, "text that is not empty"},
                            {Format::name, "a name without control and invisible characters"},
                            {Format::line, "one line of text without control characters"},
                            {Format::time_zone, "one line of text without control characters"},
                            {Format::colour, "a colour as #rrggbb in lower case"},
                            {Format::mapping, "a mapping"},
                            {Format::list, "a list"},
                            {Format::filled_list, "a list that is not empty"},
                            {Format::levels, "a list of levels: global, group, restricted"},
                            {Format::hours, "a mapping of weekdays to spans such as \"09:00-17:00\""},
                            {Format::dates, "a list of dates as YYYY-MM-DD"}});
}

std::string_view find_pattern(Format format) {
  return find_word(format, {{Format::filled, "[\\s\\S]"},
                            {Format::id, "\\S"},
                            {Format::name, patterns::display_name().pattern},
                            {Format::line, patterns::visible_line().pattern},
                            {Format::time_zone, patterns::visible_line().pattern},
                            {Format::colour, "^#[0-9a-f]{6}$"}});
}

std::string_view find_pattern(KeyForm form) {
  return find_word(form, {{KeyForm::key, "^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$"},
                          {KeyForm::permission, "^(?=.{1,63}$)(\\*|[a-z0-9][a-z0-9_-]*\\.[a-z0-9][a-z0-9_-]*)$"},
                          {KeyForm::email, patterns::email().pattern}});
}

bool is_date(std::string_view text) {
  return text.size() == 10 && !utc_moment(std::string(text) + "T00:00:00Z").empty();
}

}  // namespace acctl

// Checks keys and values against what the table of kinds requires beyond their type, before the database does, with
// messages that say what would be valid.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/kinds.hpp"

namespace acctl {

// Why `key` cannot be a key of that form; "" if it can.
std::string key_problem(KeyForm form, const std::string& key);

// As key_problem() expects it: email addresses in lower case, other keys unchanged.
std::string normal_key(KeyForm form, const std::string& key);

// As value_problem() expects it, and as it is stored: ids of other systems without blanks at their ends.
nlohmann::json normal_value(const Field& field, nlohmann::json value);

// Why `pattern` is neither "*" nor tickets.view nor tickets.*; "" if it is one of them.
std::string pattern_problem(const std::string& pattern);

// Whether somebody writes a value, or a tenant has it: what applications have stored may hold what is hidden, and is
// taken as data that exists.
enum class ValueOrigin { written, stored };

// Why `value`, which has the type of the field and is not null, cannot be its value; "" if it can.
std::string value_problem(const Field& field, const nlohmann::json& value);

// All of them: a document can have several.
std::vector<std::string> value_problems(const Field& field, const nlohmann::json& value,
                                        ValueOrigin origin = ValueOrigin::written);

// Why `line`, a text of the command line that is stored as it is, cannot be stored; "" if it can. Like a name,
// but at most `longest` characters.
std::string line_problem(const std::string& line, std::size_t longest);

// What a format requires, to follow "takes"; "" for Format::any.
std::string_view describe(Format format);

// The same as a regular expression, for text; "" if there is none.
std::string_view find_pattern(Format format);
std::string_view find_pattern(KeyForm form);

// A day of the calendar, as YYYY-MM-DD.
bool is_date(std::string_view text);

}  // namespace acctl

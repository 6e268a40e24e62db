// What the table of kinds demands of keys and values beyond their type: checked before a database does, with a message
// that says what would be right.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "provisioning/model/kinds.hpp"

namespace acctl {

// Why `key` cannot be a key of that form; "" where it can.
std::string key_problem(KeyForm form, const std::string& key);

// As key_problem() wants it: e-mail addresses in lower case, all else as it is.
std::string normal_key(KeyForm form, std::string key);

// Why `pattern` names no permissions: neither "*" nor tickets.view nor tickets.*; "" where it does.
std::string pattern_problem(const std::string& pattern);

// Why `value`, which has the type of the field and is not null, cannot be its value; "" where it can.
std::string value_problem(const Field& field, const nlohmann::json& value);

// Why `line`, a text of the command line that is stored as it is, cannot be stored; "" where it can: as a name, but
// with a length of its own, in characters.
std::string line_problem(const std::string& line, std::size_t longest);

// What a format demands, to follow "takes"; "" for Format::any.
std::string_view describe(Format format);

// The same as a regular expression, for text; "" where there is none.
std::string_view pattern_of(Format format);
std::string_view pattern_of(KeyForm form);

// A day of the calendar, as YYYY-MM-DD.
bool is_date(std::string_view text);

}  // namespace acctl

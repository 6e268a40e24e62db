#include "provisioning/base/text.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

void TextArray::add(std::string_view text) {
  text_ += empty() ? "\"" : ",\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

void TextArray::add_null() { text_ += empty() ? "NULL" : ",NULL"; }

std::string quoted_identifier(std::string_view name) {
  if (name.empty() || name.size() > 63 || name.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::failed,
                "'" + std::string(name) + "' is not a valid name of a database object: it must have 1 to 63 bytes");
  }
  return '"' + with_spellings(name, {{'"', "\"\""}}) + '"';
}

std::string quoted_literal(std::string_view text) { return "'" + with_spellings(text, {{'\'', "''"}}) + "'"; }

}  // namespace acctl

#include "provisioning/model/describe.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

std::string integer_words(const Field& field) {
  using Limits = std::numeric_limits<std::int32_t>;
  std::string text = "whole number";
  if (field.minimum > Limits::min()) text += " from " + std::to_string(field.minimum);
  if (field.maximum < Limits::max()) text += " to " + std::to_string(field.maximum);
  return text;
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string length_words(const Field& field) {
  if (field.longest == 0) return "";
  return ", at most " + std::to_string(field.longest) +
         (field.type == FieldType::document ? " bytes as JSON" : " characters");
}

std::string type_without_length(const Field& field) {
  const std::string_view format = describe(field.format);
  // "name" and not "a name": it takes the place of a type.
  const auto formatted = [&](const std::string& otherwise) {
    if (format.empty()) return otherwise;
    return std::string(format.starts_with("a ") ? format.substr(2) : format);
  };
  switch (field.type) {
    case FieldType::text:
      return formatted("text");
    case FieldType::integer:
      return integer_words(field);
    case FieldType::boolean:
      return "true or false";
    case FieldType::choice:
      return "one of " + join({field.choices.begin(), field.choices.end()});
    case FieldType::date:
      return "date as YYYY-MM-DD";
    case FieldType::reference:
      return "key of " + std::string(field.target);
    case FieldType::document:
      return formatted("any value");
  }
  return "";
}

}  // namespace

std::string describe_type(const Field& field) { return type_without_length(field) + length_words(field); }

std::string describe_type(const List& list) {
  return "list of " + std::string(list.target) + (list.level_column.empty() ? "" : ", each with or without a level") +
         (list.until_column.empty() ? "" : ", each with or without an end");
}

std::string describe_default(const Field& field) {
  const auto value = nlohmann::json::parse(field.fallback);
  if (field.required || value.is_null()) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string describe_property(const Field& field) {
  std::string text = std::string(field.help) + " " + capitalized(describe_type(field));
  const std::string fallback = describe_default(field);
  if (!fallback.empty()) text += "; default " + fallback;
  return text + (field.required ? "; required for a new object." : ".");
}

std::string describe_property(const List& list) {
  return std::string(list.help) + " " + capitalized(describe_type(list)) + ".";
}

std::string describe_property(const Term& term) {
  return std::string(term.help) + " " + capitalized(describe_type(term)) + ".";
}

std::string describe_keys(const Kind& kind) {
  return std::string(
      find_word(kind.keys, {{KeyForm::email, "e-mail addresses, in lower case"},
                            {KeyForm::permission, "resource.action in lower case, or \"*\""},
                            {KeyForm::key, "1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit at the ends"}}));
}

}  // namespace acctl

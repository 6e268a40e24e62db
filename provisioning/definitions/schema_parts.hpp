// Parts of the JSON Schemas that editors read. Editors show what a value is by its title and description, offer each
// alternative of a choice, and name a mistake by `words` instead of a regular expression.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/text_patterns.hpp"

namespace acctl::schema_parts {

using OrderedJson = nlohmann::ordered_json;

inline OrderedJson reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

// Text of a form; `words` follow "takes".
inline OrderedJson patterned(std::string_view pattern, std::string_view words) {
  OrderedJson schema = {{"type", "string"}, {"pattern", pattern}};
  if (!words.empty()) schema["patternErrorMessage"] = "takes " + std::string(words);
  return schema;
}
inline OrderedJson patterned(const patterns::TextPattern& text) { return patterned(text.pattern, text.words); }

// For "propertyNames".
inline OrderedJson make_name_schema(std::string_view pattern, std::string_view words) {
  return {{"pattern", pattern}, {"patternErrorMessage", "takes " + std::string(words)}};
}
inline OrderedJson make_name_schema(const patterns::TextPattern& text) {
  return make_name_schema(text.pattern, text.words);
}

inline OrderedJson either(std::vector<OrderedJson> alternatives) {
  return {{"anyOf", OrderedJson(std::move(alternatives))}};
}

// The alternatives of a choice need titles of their own: editors take those that look alike for one that fits, and
// show them all.
inline OrderedJson titled(std::string_view title, const OrderedJson& schema) {
  OrderedJson made = {{"title", title}};
  made.update(schema);
  return made;
}

// Without what editors would offer: the properties of a rule beside a schema that has them already.
inline OrderedJson unoffered(OrderedJson rule) {
  if (!rule.is_structured()) return rule;
  for (const auto& [key, part] : rule.items()) {
    part = unoffered(std::move(part));
    if (key != "properties") continue;
    for (OrderedJson& property : part) {
      if (property.is_object()) property["doNotSuggest"] = true;
    }
  }
  return rule;
}

// The help of a column, an option or a setting of mail is a phrase.
inline std::string to_sentence(std::string_view phrase) {
  std::string text(phrase);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text + ".";
}

inline OrderedJson nothing() { return {{"title", "null"}, {"type", "null"}}; }

// A value of text, or one that a variable stands for.
inline OrderedJson pattern_or_variable(std::string_view pattern, std::string_view words) {
  return either({patterned(pattern, words), reference("variable")});
}

inline OrderedJson make_list_schema(const OrderedJson& items, int minimum = 0) {
  OrderedJson list = {{"type", "array"}, {"items", items}};
  if (minimum > 0) list["minItems"] = minimum;
  return list;
}

}  // namespace acctl::schema_parts

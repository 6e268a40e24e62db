// The value of a field, typed by the table of kinds and never guessed.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl::reading {

namespace {

using Json = nlohmann::json;

// The first scalar within that YAML parsers disagree about; nullptr if there is none.
const YamlNode* unclear(const YamlNode& node) {
  if (node.type == YamlNode::Type::scalar) return is_plain_data(node) ? nullptr : &node;
  for (const YamlNode& item : node.items) {
    if (const YamlNode* found = unclear(item)) return found;
  }
  for (const YamlEntry& entry : node.entries) {
    if (const YamlNode* found = unclear(entry.value)) return found;
  }
  return nullptr;
}

std::optional<Json> read_document(const File& file, const YamlNode& node) {
  if (const YamlNode* scalar = unclear(node)) {
    const std::string shown = abbreviated(scalar->text);
    const bool word = shown.find_first_of("0123456789") == std::string::npos;
    file.complain(*scalar, "'" + shown + "' is not the same to all readers of YAML; write \"" + shown + "\" in quotes" +
                               (word ? ", or true or false" : ", or the number in full"));
    return std::nullopt;
  }
  return to_json(node);
}

}  // namespace

bool check_text(const File& file, const YamlNode& node, const std::string& what) {
  if (node.type != YamlNode::Type::scalar) {
    file.complain(node, what + " takes one value");
    return false;
  }
  if (is_text(node)) return true;
  // Other parsers do not read `name: no` and `name: 1e3` as text: ask for quotes instead of guessing.
  file.complain(node, what + " takes text; write \"" + abbreviated(node.text) + "\" in quotes");
  return false;
}

std::optional<Json> read_value(const File& file, const Field& field, const YamlNode& node) {
  const std::string name = "'" + std::string(field.name) + "'";
  const auto refuse = [&](const std::string& message) -> std::optional<Json> {
    file.complain(node, message);
    return std::nullopt;
  };
  if (node.is_null()) {
    if (field.required) return refuse(name + " cannot be null");
    return Json(nullptr);
  }
  std::optional<Json> value;
  switch (field.type) {
    case FieldType::document:
      value = read_document(file, node);
      break;
    case FieldType::integer:
    case FieldType::boolean: {
      if (node.type != YamlNode::Type::scalar) return refuse(name + " takes one value");
      const bool clear = !node.quoted && is_plain_data(node);
      const Json guessed = clear ? to_json(node) : Json(node.text);
      const bool integer = field.type == FieldType::integer;
      if (integer && !guessed.is_number_integer()) return refuse(name + " takes a whole number");
      if (!integer && !guessed.is_boolean()) return refuse(name + " takes true or false");
      value = guessed;
      break;
    }
    case FieldType::choice:
      if (node.type != YamlNode::Type::scalar) return refuse(name + " takes one value");
      if (std::ranges::find(field.choices, node.text) == field.choices.end()) {
        const std::vector<std::string> choices(field.choices.begin(), field.choices.end());
        return refuse(name + " cannot be '" + abbreviated(node.text) + "'" + did_you_mean(node.text, choices));
      }
      value = node.text;
      break;
    case FieldType::reference: {
      if (!check_text(file, node, name)) return std::nullopt;
      const KeyForm form = find_kind(field.target)->keys;
      const std::string key = normal_key(form, node.text);
      if (const std::string problem = key_problem(form, key); !problem.empty()) return refuse(name + ": " + problem);
      value = key;
      break;
    }
    default:
      if (!check_text(file, node, name)) return std::nullopt;
      value = node.text;
  }
  if (!value) return std::nullopt;
  if (const std::string problem = value_problem(field, *value); !problem.empty()) return refuse(problem);
  return value;
}

}  // namespace acctl::reading

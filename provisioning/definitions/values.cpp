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

bool is_other_null(const YamlNode& node) { return !node.quoted && (node.text == "Null" || node.text == "NULL"); }

// What can be written in a document instead of such a word, beside the same in quotes: infinity is no JSON.
std::string alternative(const YamlNode& node, Null null) {
  if (is_other_null(node)) return null == Null::taken ? ", or null" : "";
  if (node.text.find_first_of("0123456789") != std::string::npos) return ", or the number in full";
  return node.text.find('.') == std::string::npos ? ", or true or false" : "";
}

// Whether all scalars within are the same to all YAML parsers; complains about each that is not.
bool check_clear(const File& file, const YamlNode& node, Null null) {
  bool clear = true;
  for (const YamlNode& item : node.items) clear = check_clear(file, item, Null::taken) && clear;
  for (const YamlEntry& entry : node.entries) clear = check_clear(file, entry.value, Null::taken) && clear;
  if (node.type != YamlNode::Type::scalar || is_plain_data(node)) return clear;
  const std::string shown = abbreviated(node.text);
  file.complain(node, "'" + shown + "' is not the same to all readers of YAML; write \"" + shown + "\" in quotes" +
                          alternative(node, null));
  return false;
}

std::optional<Json> read_document(const File& file, const YamlNode& node, Null null) {
  if (!check_clear(file, node, null)) return std::nullopt;
  return to_json(node);
}

// Complains about an entry of a mapping of lists at the first item with which its list is wrong: of two spans that
// overlap, at the second one. At the entry's value if it is no list, at its key if that is wrong.
bool complain_of_entry(const File& file, const Field& field, const YamlEntry& entry) {
  const auto find_problem = [&](Json value) {
    const auto problems = value_problems(field, Json{{entry.key.text, std::move(value)}}, file.origin);
    return problems.empty() ? std::string() : problems.front();
  };
  std::string problem = find_problem(to_json(entry.value));
  if (problem.empty()) return false;
  const bool wrong_key = !find_problem(Json::array()).empty();
  const YamlNode* place = wrong_key ? &entry.key : &entry.value;
  const std::vector<YamlNode>& items = entry.value.items;
  // What is wrong with the first items stays wrong with more of them.
  for (std::size_t right = 0, wrong = wrong_key ? 0 : items.size(); right < wrong;) {
    const std::size_t middle = right + (wrong - right) / 2;
    Json first = Json::array();
    for (std::size_t i = 0; i <= middle; ++i) first.push_back(to_json(items[i]));
    if (std::string found = find_problem(std::move(first)); found.empty()) {
      right = middle + 1;
    } else {
      wrong = middle;
      place = &items[middle];
      problem = std::move(found);
    }
  }
  file.complain(*place, problem);
  return true;
}

// Complains about what is wrong within a value, each where it stands; false if that is nowhere within.
bool complain_within(const File& file, const Field& field, const YamlNode& node) {
  bool found = false;
  if (field.format == Format::hours) {
    for (const YamlEntry& entry : node.entries) found = complain_of_entry(file, field, entry) || found;
  }
  if (field.format == Format::dates) {
    for (const YamlNode& item : node.items) {
      for (const std::string& problem : value_problems(field, Json::array({to_json(item)}), file.origin)) {
        file.complain(item, problem);
        found = true;
      }
    }
  }
  return found;
}

}  // namespace

bool check_text(const File& file, const YamlNode& node, const std::string& what, Null null) {
  if (node.type != YamlNode::Type::scalar) {
    file.complain(node, what + " takes one value");
    return false;
  }
  if (is_text(node)) return true;
  // Other parsers do not read `name: no` and `name: 1e3` as text: ask for quotes instead of guessing.
  file.complain(node, what + " takes text; write \"" + abbreviated(node.text) + "\" in quotes" +
                          (is_other_null(node) && null == Null::taken ? ", or null to clear it" : ""));
  return false;
}

std::optional<Json> read_value(const File& file, const Field& field, const YamlNode& node) {
  const std::string name = "'" + std::string(field.name) + "'";
  const Null null = field.required ? Null::refused : Null::taken;
  const auto refuse = [&](const std::string& message) -> std::optional<Json> {
    file.complain(node, message);
    return std::nullopt;
  };
  if (node.is_null()) {
    if (null == Null::refused) return refuse(name + " cannot be null");
    return Json(nullptr);
  }
  std::optional<Json> value;
  switch (field.type) {
    case FieldType::document:
      value = read_document(file, node, null);
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
      if (!check_text(file, node, name, null)) return std::nullopt;
      const KeyForm form = find_kind(field.target)->keys;
      const std::string key = normal_key(form, node.text);
      if (const std::string problem = key_problem(form, key); !problem.empty()) return refuse(name + ": " + problem);
      value = key;
      break;
    }
    default:
      // `subject: [Acme]` is meant as text.
      if (node.type != YamlNode::Type::scalar) {
        const bool is_list = node.type == YamlNode::Type::sequence;
        return refuse(name + " takes one value; quote a text that starts with " + (is_list ? "[" : "{"));
      }
      if (!check_text(file, node, name, null)) return std::nullopt;
      value = normal_value(field, node.text);
  }
  if (!value) return std::nullopt;
  const std::vector<std::string> problems = value_problems(field, *value, file.origin);
  if (problems.empty()) return value;
  if (!complain_within(file, field, node)) {
    for (const std::string& problem : problems) file.complain(node, problem);
  }
  return std::nullopt;
}

}  // namespace acctl::reading

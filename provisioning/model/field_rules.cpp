#include "provisioning/model/field_rules.hpp"

#include "provisioning/model/kind_parts.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

bool is_null(const FieldValue& value, std::string_view field) {
  const Json* known = value(field);
  return known != nullptr && known->is_null();
}

bool has_word(const FieldValue& value, std::string_view field, const char* word) {
  const Json* known = value(field);
  return known != nullptr && *known == word;
}

// Whether the field `options` is known and lacks an entry of that type.
bool lacks_option(const FieldValue& value, const char* name, Json::value_t type) {
  const Json* options = value("options");
  if (options == nullptr) return false;
  return !options->is_object() || !options->contains(name) || (*options)[name].type() != type;
}

}  // namespace

namespace kind_parts {

// "*" is every permission at once, so there is no level that all of them know.
std::vector<BrokenRule> rules_of_permissions(const std::string& key, const FieldValue& value) {
  const Json* levels = value("levels");
  if (key != "*" || levels == nullptr || levels->is_null()) return {};
  return {{"levels", " cannot have levels"}};
}

std::vector<BrokenRule> rules_of_custom_fields(const std::string&, const FieldValue& value) {
  const bool chooses = has_word(value, "type", "status") || has_word(value, "type", "dropdown");
  if (chooses && lacks_option(value, "choices", Json::value_t::array)) {
    return {{"options", " needs a list of choices in its options"}};
  }
  if (has_word(value, "type", "formula") && lacks_option(value, "formula", Json::value_t::string)) {
    return {{"options", " needs a formula, a text, in its options"}};
  }
  return {};
}

std::vector<BrokenRule> rules_of_sla_policies(const std::string&, const FieldValue& value) {
  if (!is_null(value, "first_response_minutes") || !is_null(value, "resolution_minutes")) return {};
  return {{"resolution_minutes", " needs first_response_minutes or resolution_minutes"}};
}

std::vector<BrokenRule> rules_of_forms(const std::string&, const FieldValue& value) {
  if (!has_word(value, "creates", "item") || !is_null(value, "project")) return {};
  return {{"project", " creates items and needs a project"}};
}

}  // namespace kind_parts

std::vector<BrokenRule> find_broken_rules(const std::string& kind, const std::string& key, const FieldValue& value) {
  const Kind* known = find_kind(kind);
  if (known == nullptr || known->rules == nullptr) return {};
  std::vector<BrokenRule> broken = known->rules(key, value);
  for (BrokenRule& rule : broken) rule.message.insert(0, kind + "/" + key);
  return broken;
}

std::string unknown_level(const std::string& permission, const std::string& level, const Json& levels) {
  std::string all;
  for (const Json& known : levels) all += (all.empty() ? "" : ", ") + known.get<std::string>();
  return "'" + permission + "' cannot be held at level '" + level + "'; " +
         (all.empty() ? "it has no levels" : "its levels: " + all);
}

std::string default_scope(const std::string& kind, const FieldValue& value) {
  const Kind* known = find_kind(kind);
  if (known == nullptr || !known->defaults.any()) return "";
  if (!known->defaults.of.empty()) return std::string(known->defaults.of);
  const Json* decides = value(known->defaults.field);
  return decides == nullptr || !decides->is_string() ? "" : decides->get<std::string>() + "s";
}

}  // namespace acctl

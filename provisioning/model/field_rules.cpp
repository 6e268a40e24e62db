#include "provisioning/model/field_rules.hpp"

namespace acctl {

using Json = nlohmann::json;

std::vector<BrokenRule> broken_rules(const std::string& kind, const std::string& key, const FieldValue& value) {
  std::vector<BrokenRule> broken;
  const auto complain = [&](std::string_view field, const char* what) {
    broken.push_back({field, kind + "/" + key + what});
  };
  const auto is_null = [&](std::string_view field) {
    const Json* known = value(field);
    return known != nullptr && known->is_null();
  };
  const auto is = [&](std::string_view field, const char* word) {
    const Json* known = value(field);
    return known != nullptr && *known == word;
  };
  if (kind == "permissions" && key == "*") {
    const Json* levels = value("levels");
    if (levels != nullptr && !levels->is_null()) complain("levels", " cannot have levels");
  } else if (kind == "custom_fields") {
    const Json* options = value("options");
    const auto lacks = [&](const char* name, Json::value_t wanted) {
      if (options == nullptr) return false;
      return !options->is_object() || !options->contains(name) || (*options)[name].type() != wanted;
    };
    if ((is("type", "status") || is("type", "dropdown")) && lacks("choices", Json::value_t::array)) {
      complain("options", " needs a list of choices in its options");
    }
    if (is("type", "formula") && lacks("formula", Json::value_t::string)) {
      complain("options", " needs a formula, a text, in its options");
    }
  } else if (kind == "sla_policies") {
    if (is_null("first_response_minutes") && is_null("resolution_minutes")) {
      complain("resolution_minutes", " needs first_response_minutes or resolution_minutes");
    }
  } else if (kind == "forms") {
    if (is("creates", "item") && is_null("project")) {
      complain("project", " creates items and needs a project");
    }
  }
  return broken;
}

std::string unknown_level(const std::string& permission, const std::string& level, const Json& levels) {
  std::string all;
  for (const Json& known : levels) all += (all.empty() ? "" : ", ") + known.get<std::string>();
  return "'" + permission + "' cannot be held at level '" + level + "'; " +
         (all.empty() ? "it has no levels" : "its levels: " + all);
}

std::string scope_of_default(const std::string& kind, const FieldValue& value) {
  if (kind == "priorities") return "tickets";
  if (kind != "statuses") return "";
  const Json* applies_to = value("applies_to");
  return applies_to == nullptr || !applies_to->is_string() ? "" : applies_to->get<std::string>() + "s";
}

}  // namespace acctl

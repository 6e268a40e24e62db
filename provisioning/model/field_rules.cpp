#include "provisioning/model/field_rules.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/identity_providers.hpp"
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

bool is_secret_reference(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string scheme = text.substr(0, colon);
  return colon != std::string::npos && colon + 1 < text.size() && text.find(' ') == std::string::npos &&
         (scheme == "env" || scheme == "file" || scheme == "vault");
}

bool is_domain(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() <= 253 && text.find('.') != std::string::npos && !text.starts_with('.') && !text.ends_with('.') &&
         text.find("..") == std::string::npos &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
}

// "*" is every permission at once, so there is no level that all of them know.
std::vector<BrokenRule> check_permissions(const std::string& key, const FieldValue& value) {
  const Json* levels = value("levels");
  if (key != "*" || levels == nullptr || levels->is_null()) return {};
  return {{"levels", " cannot have levels"}};
}

std::vector<BrokenRule> check_custom_fields(const std::string&, const FieldValue& value) {
  const bool chooses = has_word(value, "type", "status") || has_word(value, "type", "dropdown");
  if (chooses && lacks_option(value, "choices", Json::value_t::array)) {
    return {{"options", " needs a list of choices in its options"}};
  }
  if (has_word(value, "type", "formula") && lacks_option(value, "formula", Json::value_t::string)) {
    return {{"options", " needs a formula, a text, in its options"}};
  }
  return {};
}

std::vector<BrokenRule> check_sla_policies(const std::string&, const FieldValue& value) {
  if (!is_null(value, "first_response_minutes") || !is_null(value, "resolution_minutes")) return {};
  return {{"resolution_minutes", " needs first_response_minutes or resolution_minutes"}};
}

std::vector<BrokenRule> check_forms(const std::string&, const FieldValue& value) {
  if (!has_word(value, "creates", "item") || !is_null(value, "project")) return {};
  return {{"project", " creates items and needs a project"}};
}

std::vector<BrokenRule> check_idp(const std::string& key, const FieldValue& value) {
  std::vector<BrokenRule> broken;
  std::vector<std::string> sorts;
  for (const std::string_view sort : provider_keys()) {
    if (sort != "local") sorts.emplace_back(sort);
  }
  if (std::ranges::find(sorts, key) == sorts.end()) {
    broken.push_back(
        {"name", " is not a sort of identity provider" + did_you_mean(key, sorts) + "; there are " + join(sorts)});
  }
  if (const Json* issuer = value("issuer"); issuer != nullptr && issuer->is_string()) {
    const auto& url = issuer->get_ref<const std::string&>();
    if (!url.starts_with("https://") || url.size() < 10 || url.find(' ') != std::string::npos) {
      broken.push_back({"issuer", " has an issuer that is not an https URL"});
    }
  }
  if (const Json* secret = value("secret"); secret != nullptr && secret->is_string()) {
    if (!is_secret_reference(secret->get_ref<const std::string&>())) {
      broken.push_back({"secret", " names a secret that is not a reference; write env:NAME, file:PATH or vault:PATH"});
    }
  }
  const Json* domains = value("domains");
  if (domains != nullptr && !std::ranges::all_of(*domains, is_domain)) {
    broken.push_back({"domains", " has a domain that is not one; write a list such as [acme.example]"});
  }
  return broken;
}

}  // namespace

namespace kind_parts {

const ObjectRules rules_of_permissions = {check_permissions, schema_of_permissions};
const ObjectRules rules_of_custom_fields = {check_custom_fields, schema_of_custom_fields};
const ObjectRules rules_of_sla_policies = {check_sla_policies, schema_of_sla_policies};
const ObjectRules rules_of_forms = {check_forms, schema_of_forms};
const ObjectRules rules_of_idp = {check_idp, schema_of_idp};

}  // namespace kind_parts

std::vector<BrokenRule> find_broken_rules(const std::string& kind, const std::string& key, const FieldValue& value) {
  const Kind* known = find_kind(kind);
  if (known == nullptr || known->rules == nullptr) return {};
  std::vector<BrokenRule> broken = known->rules->check(key, value);
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

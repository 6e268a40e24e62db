// The rules of field_rules.cpp as JSON Schemas, for editors. Each is met by the mapping of all objects of the kind.
#include <nlohmann/json.hpp>

#include "provisioning/model/identity_providers.hpp"
#include "provisioning/model/kind_parts.hpp"

namespace acctl::kind_parts {

namespace {

using OrderedJson = nlohmann::ordered_json;

// Text of that form, or with a variable; what is no text is left to the schema of the field.
OrderedJson form_or_variable(const char* pattern, const char* words) {
  const OrderedJson form = {{"pattern", pattern}, {"patternErrorMessage", words}};
  return {{"anyOf", OrderedJson::array({form, {{"$ref", "#/$defs/variable"}}})}};
}

}  // namespace

std::string schema_of_permissions() {
  return R"({"properties": {"*": {"properties": {
    "levels": {"type": "null", "errorMessage": "\"*\" cannot have levels"}}}}})";
}

std::string schema_of_custom_fields() {
  return R"({"additionalProperties": {"allOf": [
    {"if": {"properties": {"type": {"enum": ["status", "dropdown"]}}, "required": ["type", "options"]},
     "then": {"properties": {"options": {
       "required": ["choices"], "properties": {
         "choices": {"type": "array", "errorMessage": "the type of the field needs a list of choices"}}}}}},
    {"if": {"properties": {"type": {"const": "formula"}}, "required": ["type", "options"]},
     "then": {"properties": {"options": {
       "required": ["formula"], "properties": {
         "formula": {"type": "string", "errorMessage": "the type of the field needs a formula, a text"}}}}}}]}})";
}

std::string schema_of_sla_policies() {
  return R"({"additionalProperties": {
    "if": {"properties": {"first_response_minutes": {"type": "null"}, "resolution_minutes": {"type": "null"}},
           "required": ["first_response_minutes", "resolution_minutes"]},
    "then": {"properties": {"resolution_minutes": {
      "type": "integer", "errorMessage": "a policy needs first_response_minutes or resolution_minutes"}}}}})";
}

std::string schema_of_forms() {
  return R"({"additionalProperties": {
    "if": {"properties": {"creates": {"const": "item"}, "project": {"type": "null"}},
           "required": ["creates", "project"]},
    "then": {"properties": {"project": {
      "type": "string", "errorMessage": "a form that creates items needs a project"}}}}})";
}

std::string schema_of_idp() {
  OrderedJson sorts = OrderedJson::array();
  std::string names;
  for (const std::string_view sort : provider_keys()) {
    if (sort == "local") continue;
    sorts.push_back(sort);
    names += (names.empty() ? "" : ", ") + std::string(sort);
  }
  OrderedJson fields;
  fields["issuer"] = form_or_variable("^https://[^ ]{2,}$", "takes an https URL");
  fields["secret"] =
      form_or_variable("^(env|file|vault):[^ ]+$", "takes a reference: env:NAME, file:PATH or vault:PATH");
  fields["domains"]["items"] = form_or_variable(R"(^(?=.{3,253}$)(?!\.)(?!.*\.\.)[a-z0-9.-]*\.[a-z0-9.-]*[a-z0-9-]$)",
                                                "takes a domain such as acme.example");
  OrderedJson schema;
  schema["propertyNames"] = {{"enum", sorts}, {"errorMessage", "takes a sort of identity provider: " + names}};
  schema["additionalProperties"]["properties"] = fields;
  return schema.dump();
}

}  // namespace acctl::kind_parts

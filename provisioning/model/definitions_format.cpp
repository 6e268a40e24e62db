#include "provisioning/model/definitions_format.hpp"

#include <nlohmann/json.hpp>
#include <string>

#include "provisioning/base/text.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/tenant_condition.hpp"
#include "provisioning/model/text_patterns.hpp"

namespace acctl {

namespace {

using Shape = DocumentKey::Shape;
using OrderedJson = nlohmann::ordered_json;

DocumentKey version() {
  return {.name = "acctl",
          .type = "1",
          .help = "Version of the format; each file needs it.",
          .schema = R"({"const": 1})",
          .example = "acctl: 1\n"};
}

DocumentKey schema() {
  return {.name = "schema",
          .type = "whole number from 1",
          .help = "Version of the tenant schema that the file was exported from; export writes it.",
          .schema = R"({"type": "integer", "minimum": 1, "default": 1})",
          .example = "schema: 5\n"};
}

DocumentKey manager() {
  return {
      .name = "manager",
      .type = "key",
      .help =
          "Owner of what the files declare (default: acctl). Only objects that their own manager no longer declares "
          "are pruned.",
      .schema = R"({"$ref": "#/$defs/key", "default": "acctl"})",
      .example = "manager: support-gitops\n"};
}

// Names every property, so that a new one cannot be forgotten here.
// As in tenant_condition.hpp: properties with words of their own take these.
std::string_view match_schema() {
  static const std::string schema = [] {
    const auto one_or_list = [](const std::string& title, OrderedJson word) {
      OrderedJson list = {{"title", title},
                          {"description", "Any of these."},
                          {"type", "array"},
                          {"minItems", 1},
                          {"uniqueItems", true}};
      list["items"] = word;
      word["title"] = title;
      return OrderedJson{{"title", title}, {"anyOf", OrderedJson::array({word, list})}};
    };
    const OrderedJson variable = {{"$ref", "#/$defs/variable"}};
    OrderedJson mapping = {
        {"title", "match"}, {"type", "object"}, {"minProperties", 1}, {"properties", OrderedJson::object()}};
    for (const TenantProperty& property : tenant_properties()) {
      if (is_ordered(property)) continue;
      const std::string name(property.name);
      const OrderedJson words = {{"enum", property.words}};
      const OrderedJson one = property.words.empty() ? OrderedJson{{"type", "string"}}
                                                     : OrderedJson{{"anyOf", OrderedJson::array({words, variable})}};
      mapping["properties"][name] = one_or_list(name, one);
      mapping["properties"][name]["description"] = "One or several: " + std::string(property.help) + ".";
    }
    mapping["propertyNames"] = {{"pattern", patterns::match_key().pattern},
                                {"patternErrorMessage", "takes " + patterns::match_key().words}};
    mapping["additionalProperties"] = one_or_list("label", {{"type", "string"}});
    const OrderedJson conditions = {
        {"title", "match, conditions"}, {"type", "array"}, {"minItems", 1}, {"items", {{"$ref", "#/$defs/condition"}}}};
    return OrderedJson{{"anyOf", OrderedJson::array({mapping, conditions})}}.dump();
  }();
  return schema;
}

std::string_view match_help() {
  static const std::string help = [] {
    std::vector<std::string> named;
    std::vector<std::string> ordered;
    for (const TenantProperty& property : tenant_properties()) {
      (is_ordered(property) ? ordered : named).emplace_back(property.name);
    }
    return "Accepted values of a tenant's " + join(named) +
           " or label, one or a list for each; or conditions as of --match, such as plan!=trial, which compare " +
           join(ordered) + ", too.";
  }();
  return help;
}

DocumentKey tenants() {
  return {
      .name = "tenants",
      .type = "list of slugs, or a mapping",
      .help = "Which tenants the files are for; the command line can only narrow the selection.",
      .schema = R"({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"$ref": "#/$defs/slug"}})",
      .example = "tenants:\n  match:\n    plan: [pro, enterprise]\n    region: eu\n",
      .shape = Shape::value_or_mapping,
      .entries = {
          {.name = "match", .type = "mapping, or list of conditions", .help = match_help(), .schema = match_schema()}}};
}

DocumentKey variables() {
  return {.name = "variables",
          .type = "mapping",
          .help =
              "Values for ${name} in any value of the files; ${env:NAME} reads the environment, with --allow-env. "
              "${name:-text} has a default; --var NAME=VALUE sets a variable for one run.",
          .schema = R"({"type": "object", "propertyNames": {
                          "pattern": "^[A-Za-z_][A-Za-z0-9_.-]*$",
                          "patternErrorMessage": "takes a letter, then letters, digits, _, . and -"},
                        "additionalProperties": {"type": ["string", "number", "boolean"]}})",
          .example = "variables:\n  brand: Acme\nsettings:\n  support.sender_name: ${brand} Support\n"};
}

DocumentKey guards() {
  return {
      .name = "guards",
      .type = "mapping",
      .help =
          "Limits on what an apply may do, checked before it commits; if the command line sets one, too, the stricter "
          "counts.",
      .example = "guards:\n  min_admins: 2\n  max_removals: 25%\n  protect: [roles/admin, statuses/*]\n",
      .shape = Shape::mapping,
      .entries = {
          {.name = "min_admins",
           .type = "whole number from 1",
           .help = "Minimum number of active admins whose role does not expire that must remain.",
           .schema = R"({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 1000000000},
                                   {"$ref": "#/$defs/variable"}], "default": 1})"},
          {.name = "max_removals",
           .type = "whole number, or a share such as 25%",
           .help = "How many objects of a kind, members of a team, permissions of a role or pending invitations may be "
                   "removed at once.",
           .schema = R"({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 1000000000},
                                   {"type": "string", "pattern": "^([0-9]{1,9}|100%|[0-9]{1,2}%)$",
                                    "patternErrorMessage": "takes a number, or a share such as 25%"},
                                   {"$ref": "#/$defs/variable"}], "default": "25%"})"},
          {.name = "protect",
           .type = "list of kind/key",
           .help = "Objects that are removed only if --allow-removal names them, as kind/key or kind/*; stored with "
                   "the objects. The list replaces what this manager protected before.",
           .schema = R"({"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/address"}})"}}};
}

DocumentKey tests() {
  const std::string_view wishes = R"({"type": "array", "items": {"$ref": "#/$defs/wish"}})";
  return {
      .name = "tests",
      .type = "list of mappings",
      .help =
          "What a user, a role or a role template can and cannot do once everything is applied; a test that fails "
          "refuses the apply.",
      .example =
          "tests:\n  - user: ana@acme.example\n    can: [tickets.edit]\n    cannot: [settings.*]\n"
          "  - role: support-agent\n    can: [{tickets.view: group}]\n",
      .shape = Shape::mappings,
      .entries = {
          {.name = "user",
           .type = "e-mail address",
           .help = "The user to test; each test names one user, role or role template.",
           .schema = R"({"$ref": "#/$defs/email"})"},
          {.name = "role", .type = "key of roles", .help = "The role to test.", .schema = R"({"$ref": "#/$defs/key"})"},
          {.name = "role_template",
           .type = "key of role_templates",
           .help = "The role template to test.",
           .schema = R"({"$ref": "#/$defs/key"})"},
          {.name = "can",
           .type = "list of permissions",
           .help = "What must be allowed: tickets.view, tickets.* or \"*\", or {tickets.view: group} for at "
                   "least that level.",
           .schema = wishes},
          {.name = "cannot",
           .type = "list of permissions",
           .help = "What must not be allowed, in the same form.",
           .schema = wishes}}};
}

}  // namespace

const std::vector<DocumentKey>& document_keys() {
  static const std::vector<DocumentKey> all = {version(),   schema(), manager(), tenants(),
                                               variables(), guards(), tests()};
  return all;
}

const DocumentKey& previously_key() {
  static const DocumentKey key = {
      .name = "previously",
      .type = "list of keys",
      .help = "Keys that the object had before: it is renamed, and keeps its identity, assignments and history."};
  return key;
}

const DocumentKey& status_key() {
  static const DocumentKey key = {
      .name = "status",
      .type = "suspended",
      .help =
          "Suspends the user, who keeps what they have and cannot sign in; a new user is not invited. Without it "
          "the status stays as it is."};
  return key;
}

std::string_view find_example(std::string_view kind) {
  const Kind* found = find_kind(kind);
  return found == nullptr ? std::string_view() : found->example;
}

const DocumentKey& clone_key() {
  static const DocumentKey key = {
      .name = "clone",
      .type = "key of the same kind, or pack:KEY",
      .help =
          "The object that this one starts as a copy of, or with pack: a template of the tenant's pack; its own fields "
          "replace those of the copy, and its lists add to them."};
  return key;
}

}  // namespace acctl

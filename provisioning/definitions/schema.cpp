#include "provisioning/definitions/schema.hpp"

#include <limits>

#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/schema_documents.hpp"
#include "provisioning/definitions/schema_parts.hpp"
#include "provisioning/definitions/schema_rules.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/template_names.hpp"

namespace acctl {

using namespace schema_parts;

namespace {

OrderedJson key_or_variable(KeyForm form) { return pattern_or_variable(find_pattern(form), describe_key_form(form)); }

// "^x$" with `prefix` before the x.
std::string prefixed(const std::string& prefix, std::string_view pattern) {
  return "^" + prefix + std::string(pattern.substr(1));
}

OrderedJson level_schema() {
  const OrderedJson levels = {
      {"title", "level"},
      {"description", "Level at which the permission is held."},
      {"enum", permission_levels()},
      {"enumDescriptions",
       {"on everything", "on what is assigned to a team of the user", "on what the user takes part in"}}};
  return either({levels, reference("variable")});
}

// An entry with a level: {tickets.view: group}.
OrderedJson leveled(const std::string& pattern, const std::string& title) {
  return {{"title", title},
          {"description", "The permission, at this level."},
          {"type", "object"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"propertyNames", make_name_schema(pattern, "one permission, with a level: {tickets.view: group}")},
          {"additionalProperties", reference("level")}};
}

// An entry that ends: {team-lead: {until: 2027-01-31T18:00:00Z}}.
OrderedJson ending(KeyForm form, const std::string& title) {
  OrderedJson until = {{"title", "until"}, {"description", "When the entry expires."}};
  until.update(either({titled("until", patterned(patterns::moment())), reference("variable")}));
  OrderedJson ends = {{"description", "When the entry expires."}, {"type", "object"}, {"additionalProperties", false}};
  ends["properties"]["until"] = until;
  ends["required"] = OrderedJson::array({"until"});
  return {{"title", title},
          {"description", "The entry, until it expires."},
          {"type", "object"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"propertyNames", make_name_schema(prefixed("\\+?", find_pattern(form)), describe_key_form(form))},
          {"additionalProperties", ends}};
}

// "roles/admin", "roles/*": each kind with the keys that it has.
std::string address_pattern() {
  std::string pattern;
  for (const KeyForm form : {KeyForm::key, KeyForm::email, KeyForm::permission}) {
    std::vector<std::string_view> names;
    for (const Kind& kind : kinds()) {
      if (!kind.internal && kind.keys == form) names.push_back(kind.name);
    }
    pattern += (pattern.empty() ? "^" : "|^") + patterns::make_alternation(names) + "/(\\*$|" +
               std::string(find_pattern(form).substr(1)) + ")";
  }
  return pattern;
}

OrderedJson address_schema() {
  OrderedJson schema = {{"title", "protected object"}, {"description", "Removed only if --allow-removal names it."}};
  schema.update(pattern_or_variable(address_pattern(), "kind/key or kind/*, such as roles/admin"));
  return schema;
}

OrderedJson definitions() {
  const std::string part = "[a-z0-9][a-z0-9_-]*";
  const std::string wish = "^(\\*|" + part + "\\.(\\*|" + part + "))$";
  const patterns::TextPattern& condition = patterns::tenant_condition();
  return {{"variable",
           {{"title", "variable"},
            {"description", "Text with ${name} or ${env:NAME} in it, which `variables` give."},
            {"type", "string"},
            {"pattern", "\\$\\{[^}]+\\}"}}},
          {"key", key_or_variable(KeyForm::key)},
          {"email", key_or_variable(KeyForm::email)},
          {"slug", pattern_or_variable(patterns::slug().pattern, patterns::slug().words)},
          {"address", address_schema()},
          {"condition", pattern_or_variable(condition.pattern, condition.words)},
          {"level", level_schema()},
          {"wish", either({titled("permission", patterned(wish, "tickets.view, tickets.* or \"*\"")),
                           reference("variable"), leveled(wish, "permission with a level")})}};
}

OrderedJson hours_schema() {
  const OrderedJson span = pattern_or_variable("^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
                                               "a span of time, HH:MM-HH:MM");
  OrderedJson days = OrderedJson::object();
  for (const char* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
    days[day] = titled(day, make_list_schema(span));
  }
  return {{"type", "object"}, {"properties", days}, {"additionalProperties", false}};
}

OrderedJson document_schema(Format format) {
  switch (format) {
    case Format::mapping:
      return {{"type", "object"}};
    case Format::list:
      return {{"type", "array"}};
    case Format::filled_list:
      return {{"type", "array"}, {"minItems", 1}};
    case Format::levels: {
      OrderedJson list = make_list_schema(reference("level"), 1);
      list["uniqueItems"] = true;
      return list;
    }
    case Format::hours:
      return hours_schema();
    case Format::dates:
      return make_list_schema(pattern_or_variable(patterns::date().pattern, patterns::date().words));
    default:
      return {{"not", {{"type", "null"}}}};
  }
}

// What the field takes if it is set and not by a variable.
OrderedJson value_schema(const Field& field) {
  switch (field.type) {
    case FieldType::text: {
      OrderedJson text = {{"type", "string"}};
      if (!find_pattern(field.format).empty()) text = patterned(find_pattern(field.format), describe(field.format));
      if (field.longest > 0) text["maxLength"] = field.longest;
      return text;
    }
    case FieldType::integer: {
      OrderedJson number = {{"type", "integer"}};
      if (field.minimum > std::numeric_limits<std::int32_t>::min()) number["minimum"] = field.minimum;
      number["maximum"] = field.maximum;
      return number;
    }
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::choice:
      return {{"enum", field.choices}};
    case FieldType::date:
      return patterned(patterns::date());
    case FieldType::reference:
      return patterned(find_pattern(find_kind(field.target)->keys), describe_key_form(find_kind(field.target)->keys));
    case FieldType::document:
      return document_schema(field.format);
  }
  return OrderedJson::object();
}

OrderedJson field_schema(const Kind& kind, const Field& field) {
  const std::string title = std::string(kind.name) + (kind.value_only ? "" : "." + std::string(field.name));
  OrderedJson schema = {{"title", title},
                        {"description", kind.value_only ? std::string(field.help) : describe_property(field)}};
  if (const OrderedJson fallback = OrderedJson::parse(field.fallback); !fallback.is_null())
    schema["default"] = fallback;
  const DocumentForm* form = find_document_form(kind.name, field.name);
  std::vector<OrderedJson> alternatives = {
      titled(title, form == nullptr ? value_schema(field) : form_schema(*form, title))};
  // A list of columns, or a single one where the field is no list.
  if (form != nullptr && field.type == FieldType::text) alternatives = alternatives[0].at("items").at("anyOf");
  // In a document a variable can stand for any value within; the document itself is written out.
  if (form == nullptr && field.type != FieldType::document) alternatives.push_back(reference("variable"));
  if (!field.required) alternatives.push_back(nothing());
  if (alternatives.size() == 1) {
    schema.update(alternatives[0]);
  } else {
    schema["anyOf"] = alternatives;
  }
  return schema;
}

OrderedJson list_schema(const Kind& kind, const List& list) {
  const KeyForm form = find_kind(list.target)->keys;
  const std::string title = std::string(kind.name) + "." + std::string(list.name);
  const std::string pattern = prefixed("[+-]?", find_pattern(form));
  std::vector<OrderedJson> entries = {
      titled(title + ", an entry", patterned(pattern, describe_key_form(form) + ", or one behind + or -")),
      reference("variable")};
  // What is removed carries no level.
  if (!list.level_column.empty())
    entries.push_back(leveled(prefixed("\\+?", find_pattern(form)), title + ", an entry with a level"));
  if (!list.until_column.empty()) entries.push_back(ending(form, title + ", an entry that expires"));
  OrderedJson items = {{"title", title + ", an entry"},
                       {"description", std::string(list.help) + " An entry is one of " + std::string(list.target) +
                                           "; with + or - before it, it is added to the list or removed from it."}};
  items.update(either(entries));
  return {{"title", title},
          {"description",
           describe_property(list) + " With + or - before each the entries add to and remove from the list."},
          {"type", "array"},
          {"uniqueItems", true},
          {"items", items}};
}

OrderedJson clone_schema(const Kind& kind) {
  const std::string title = std::string(kind.name) + ".clone";
  OrderedJson templates = OrderedJson::array();
  for (const std::string& key : clonable_keys(std::string(kind.name))) {
    templates.push_back(std::string(template_prefix) + key);
  }
  OrderedJson schema = {{"title", title}, {"description", clone_key().help}};
  std::vector<OrderedJson> alternatives = {
      titled(title, patterned(find_pattern(kind.keys),
                              describe_key_form(kind.keys) + "; or pack:KEY of a template of a pack")),
      reference("variable")};
  // Editors refuse a choice of nothing.
  if (!templates.empty()) alternatives.push_back(OrderedJson{{"title", "template of a pack"}, {"enum", templates}});
  schema["anyOf"] = alternatives;
  return schema;
}

OrderedJson object_schema(const Kind& kind) {
  OrderedJson properties = OrderedJson::object();
  for (const Field& field : kind.fields) properties[std::string(field.name)] = field_schema(kind, field);
  for (const List& list : kind.lists) properties[std::string(list.name)] = list_schema(kind, list);
  const std::string name(kind.name);
  if (kind.clonable) properties["clone"] = clone_schema(kind);
  if (!kind.first_status.empty()) {
    properties["status"] = {{"title", name + ".status"}, {"description", status_key().help}};
    properties["status"].update(either({{{"title", name + ".status"}, {"const", "suspended"}}, reference("variable")}));
  }
  properties["previously"] = {{"title", name + ".previously"}, {"description", previously_key().help}};
  properties["previously"].update(make_list_schema(key_or_variable(kind.keys)));
  return {{"title", "object of " + name},
          {"description", std::string(kind.summary) + " Keys are " + describe_keys(kind) + "."},
          {"type", "object"},
          {"properties", properties},
          {"additionalProperties", false}};
}

OrderedJson kind_schema(const Kind& kind) {
  OrderedJson schema = {
      {"title", kind.name},
      {"description", kind.summary},
      {"markdownDescription",
       std::string(kind.summary) + "\n\n```yaml\n" + std::string(find_example(kind.name)) + "```"},
      {"type", "object"},
      {"maxProperties", kind.most},
      {"propertyNames", titled("key", make_name_schema(find_pattern(kind.keys), describe_key_form(kind.keys)))}};
  OrderedJson rules = object_rules(kind);
  for (const OrderedJson& rule : rules) {
    if (!rule.contains("propertyNames")) continue;
    schema["propertyNames"] = rule["propertyNames"];
    // Editors offer the names of properties.
    for (const std::string name : rule["propertyNames"].at("enum")) {
      schema["properties"][name] = {{"$ref", "#/properties/" + std::string(kind.name) + "/additionalProperties"}};
    }
  }
  if (!rules.empty()) schema["allOf"] = std::move(rules);
  if (!kind.value_only) {
    schema["additionalProperties"] = object_schema(kind);
    return schema;
  }
  const Field& value = kind.fields.front();
  const DocumentForm* form = find_document_form(kind.name, value.name);
  if (form != nullptr) schema.update(settings_schema(*form));
  schema["additionalProperties"] = field_schema(kind, value);
  return schema;
}

OrderedJson key_schema(const DocumentKey& key);

OrderedJson make_mapping_schema(const DocumentKey& key) {
  OrderedJson properties = OrderedJson::object();
  for (const DocumentKey& entry : key.entries) properties[std::string(entry.name)] = key_schema(entry);
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

OrderedJson key_schema(const DocumentKey& key) {
  OrderedJson schema = {{"title", key.name}, {"description", key.help}};
  switch (key.shape) {
    case DocumentKey::Shape::value:
      schema.update(OrderedJson::parse(key.schema));
      break;
    case DocumentKey::Shape::mapping:
      schema.update(make_mapping_schema(key));
      break;
    case DocumentKey::Shape::mappings:
      schema.update(make_list_schema(make_mapping_schema(key)));
      break;
    case DocumentKey::Shape::value_or_mapping: {
      OrderedJson mapping = make_mapping_schema(key);
      mapping["minProperties"] = 1;
      schema["anyOf"] = OrderedJson::array({OrderedJson::parse(key.schema), mapping});
      break;
    }
  }
  return schema;
}

}  // namespace

nlohmann::ordered_json definitions_schema() {
  OrderedJson properties = OrderedJson::object();
  for (const DocumentKey& key : document_keys()) properties[std::string(key.name)] = key_schema(key);
  // A test names exactly one subject, and at least one expectation.
  properties["tests"]["items"]["oneOf"] = OrderedJson::array({{{"required", OrderedJson::array({"user"})}},
                                                              {{"required", OrderedJson::array({"role"})}},
                                                              {{"required", OrderedJson::array({"role_template"})}}});
  std::vector<OrderedJson> expectations;
  for (const char* expectation : {"can", "cannot"}) {
    OrderedJson one = {{"required", OrderedJson::array({expectation})}};
    one["properties"][expectation]["minItems"] = 1;
    expectations.push_back(std::move(one));
  }
  properties["tests"]["items"]["anyOf"] = expectations;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) properties[std::string(kind.name)] = kind_schema(kind);
  }
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"$id", "https://acctl.example/schemas/definitions.json"},
          {"title", "acctl definitions"},
          {"description", "What plan, apply and export of acctl read and write, in YAML or JSON."},
          {"type", "object"},
          {"required", OrderedJson::array({"acctl"})},
          {"properties", properties},
          {"additionalProperties", false},
          {"$defs", definitions()}};
}

}  // namespace acctl

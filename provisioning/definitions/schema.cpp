#include "provisioning/definitions/schema.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

// Text of a form. `words` say it to people: editors show them instead of the regular expression.
OrderedJson patterned(const std::string& pattern, const std::string& words) {
  OrderedJson schema = {{"type", "string"}, {"pattern", pattern}};
  if (!words.empty()) schema["patternErrorMessage"] = "takes " + words;
  return schema;
}

OrderedJson make_name_schema(const std::string& pattern, const std::string& words) {
  return {{"pattern", pattern}, {"patternErrorMessage", "takes " + words}};
}

// A value of text, or one that a variable stands for.
OrderedJson pattern_or_variable(const std::string& pattern, const std::string& words) {
  return {{"anyOf", OrderedJson::array({patterned(pattern, words), reference("variable")})}};
}

std::string describe_key_form(KeyForm form) {
  switch (form) {
    case KeyForm::email:
      return "an e-mail address in lower case";
    case KeyForm::permission:
      return "a permission, resource.action, or \"*\"";
    case KeyForm::key:
      break;
  }
  return "a key: 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit at the ends";
}

OrderedJson key_or_variable(KeyForm form) {
  return pattern_or_variable(std::string(find_pattern(form)), describe_key_form(form));
}

constexpr const char* date_words = "a date, YYYY-MM-DD";

OrderedJson levels() { return OrderedJson(permission_levels()); }

// An entry with a level: {tickets.view: group}.
OrderedJson leveled(const std::string& pattern) {
  return {{"type", "object"},
          {"minProperties", 1},
          {"maxProperties", 1},
          {"propertyNames", make_name_schema(pattern, "one permission, with a level: {tickets.view: group}")},
          {"additionalProperties", reference("level")}};
}

// "^x$" with `prefix` before the x.
std::string prefixed(const std::string& prefix, std::string_view pattern) {
  return "^" + prefix + std::string(pattern.substr(1));
}

std::string kind_pattern() {
  std::string names;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) names += (names.empty() ? "" : "|") + std::string(kind.name);
  }
  return "(" + names + ")";
}

OrderedJson definitions() {
  const std::string part = "[a-z0-9][a-z0-9_-]*";
  const std::string wish = "^(\\*|" + part + "\\.(\\*|" + part + "))$";
  return {{"variable", {{"type", "string"}, {"pattern", "\\$\\{[^}]+\\}"}}},
          {"key", key_or_variable(KeyForm::key)},
          {"email", key_or_variable(KeyForm::email)},
          {"slug", pattern_or_variable("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
                                       "a slug: 1 to 63 of a-z, 0-9 and -, starting with a letter")},
          {"address", pattern_or_variable("^" + kind_pattern() + "/.+$", "KIND/KEY or KIND/*")},
          {"level", {{"anyOf", OrderedJson::array({{{"enum", levels()}}, reference("variable")})}}},
          {"wish",
           {{"anyOf",
             OrderedJson::array({pattern_or_variable(wish, "tickets.view, tickets.* or \"*\""), leveled(wish)})}}}};
}

OrderedJson make_list_schema(const OrderedJson& items, int minimum = 0) {
  OrderedJson list = {{"type", "array"}, {"items", items}};
  if (minimum > 0) list["minItems"] = minimum;
  return list;
}

OrderedJson hours_schema() {
  const OrderedJson span = pattern_or_variable("^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
                                               "a span of time, HH:MM-HH:MM");
  OrderedJson days = OrderedJson::object();
  for (const char* day : {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}) {
    days[day] = make_list_schema(span);
  }
  return {{"type", "object"}, {"properties", days}, {"additionalProperties", false}};
}

OrderedJson either(std::vector<OrderedJson> alternatives) { return {{"anyOf", OrderedJson(std::move(alternatives))}}; }

OrderedJson one_of_term(const Term& term) {
  switch (term.takes) {
    case Term::Takes::key: {
      std::vector<OrderedJson> alternatives = {patterned(std::string(find_pattern(find_kind(term.target)->keys)),
                                                         describe_key_form(find_kind(term.target)->keys)),
                                               reference("variable")};
      // Editors refuse a schema with a choice of nothing.
      if (!term.words.empty()) alternatives.insert(alternatives.begin(), OrderedJson{{"enum", term.words}});
      return either(std::move(alternatives));
    }
    case Term::Takes::word:
      return either({{{"enum", term.words}}, reference("variable")});
    case Term::Takes::number: {
      OrderedJson number = {{"type", "integer"}, {"minimum", 1}};
      if (term.most != INT64_MAX) number["maximum"] = term.most;
      return either({number, reference("variable")});
    }
    case Term::Takes::yes_or_no:
      return either({{{"type", "boolean"}}, reference("variable")});
    case Term::Takes::values_of_fields:
      return {{"type", "object"},
              {"minProperties", 1},
              {"propertyNames",
               make_name_schema(std::string(find_pattern(KeyForm::key)), describe_key_form(KeyForm::key))}};
    case Term::Takes::colour:
    case Term::Takes::locale:
    case Term::Takes::time_zone:
      return pattern_or_variable(std::string(find_pattern(term.takes)), describe_type(term));
    case Term::Takes::text:
      return {{"type", "string"}};
    case Term::Takes::anything:
      break;
  }
  return OrderedJson::object();
}

OrderedJson term_schema(const Term& term) {
  OrderedJson schema = {{"description", std::string(term.help)}};
  const OrderedJson one = one_of_term(term);
  schema.update(term.many ? either({one, make_list_schema(one)}) : one);
  return schema;
}

OrderedJson terms_schema(const DocumentForm& form) {
  OrderedJson properties = OrderedJson::object();
  for (const Term& term : form.terms) properties[std::string(term.name)] = term_schema(term);
  OrderedJson schema = {{"type", "object"}, {"properties", properties}};
  if (form.fields_too) {
    schema["propertyNames"] =
        make_name_schema(std::string(find_pattern(KeyForm::key)), describe_key_form(KeyForm::key));
  } else {
    schema["additionalProperties"] = false;
  }
  return schema;
}

OrderedJson form_schema(const DocumentForm& form) {
  OrderedJson terms = terms_schema(form);
  switch (form.shape) {
    case DocumentForm::Shape::terms:
      return terms;
    case DocumentForm::Shape::steps:
      terms["minProperties"] = 1;
      terms["maxProperties"] = 1;
      return make_list_schema(terms, 1);
    case DocumentForm::Shape::records:
      terms["required"] = OrderedJson::array({form.terms.front().name});
      return make_list_schema(terms, 1);
    case DocumentForm::Shape::columns:
      return make_list_schema(pattern_or_variable(prefixed("-?", find_pattern(KeyForm::key)), "a column, or -COLUMN"));
    case DocumentForm::Shape::setting:
      break;
  }
  return {{"not", {{"type", "null"}}}};
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
      return make_list_schema(pattern_or_variable("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", date_words));
    default:
      return {{"not", {{"type", "null"}}}};
  }
}

// What the field takes if it is set and not by a variable.
OrderedJson value_schema(const Field& field) {
  switch (field.type) {
    case FieldType::text: {
      const std::string_view pattern = find_pattern(field.format);
      OrderedJson text = {{"type", "string"}};
      if (!pattern.empty()) text = patterned(std::string(pattern), std::string(describe(field.format)));
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
      return patterned("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", date_words);
    case FieldType::reference:
      return patterned(std::string(find_pattern(find_kind(field.target)->keys)),
                       describe_key_form(find_kind(field.target)->keys));
    case FieldType::document:
      return document_schema(field.format);
  }
  return OrderedJson::object();
}

OrderedJson field_schema(const Kind& kind, const Field& field) {
  OrderedJson schema = {{"title", std::string(kind.name) + (kind.value_only ? "" : "." + std::string(field.name))},
                        {"description", kind.value_only ? std::string(field.help) : describe_property(field)}};
  if (const OrderedJson fallback = OrderedJson::parse(field.fallback); !fallback.is_null())
    schema["default"] = fallback;
  const DocumentForm* form = field.type == FieldType::document ? find_document_form(kind.name, field.name) : nullptr;
  OrderedJson alternatives = OrderedJson::array({form == nullptr ? value_schema(field) : form_schema(*form)});
  // In a document a variable can stand for any value within; the document itself is written out.
  if (field.type != FieldType::document) alternatives.push_back(reference("variable"));
  if (!field.required) alternatives.push_back({{"type", "null"}});
  if (alternatives.size() == 1) {
    schema.update(alternatives[0]);
  } else {
    schema["anyOf"] = alternatives;
  }
  return schema;
}

OrderedJson list_schema(const Kind& kind, const List& list) {
  const KeyForm form = find_kind(list.target)->keys;
  const std::string pattern = prefixed("[+-]?", find_pattern(form));
  OrderedJson entries =
      OrderedJson::array({pattern_or_variable(pattern, describe_key_form(form) + ", or one behind + or -")});
  // What is removed carries no level.
  if (!list.level_column.empty()) {
    entries.push_back(leveled(prefixed("\\+?", find_pattern(form))));
  }
  if (!list.until_column.empty()) {
    OrderedJson ends = {{"type", "object"}, {"additionalProperties", false}};
    ends["properties"]["until"] = pattern_or_variable("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(Z|[+-][0-9:]{5})$",
                                                      "a time such as 2027-01-31T18:00:00Z");
    ends["required"] = OrderedJson::array({"until"});
    entries.push_back(
        {{"type", "object"},
         {"minProperties", 1},
         {"maxProperties", 1},
         {"propertyNames", make_name_schema(prefixed("\\+?", find_pattern(form)), describe_key_form(form))},
         {"additionalProperties", ends}});
  }
  return {{"title", std::string(kind.name) + "." + std::string(list.name)},
          {"description",
           describe_property(list) + " With + or - before each the entries add to and remove from the list."},
          {"type", "array"},
          {"uniqueItems", true},
          {"items", {{"description", "An entry of " + std::string(list.target) + "."}, {"anyOf", entries}}}};
}

OrderedJson object_schema(const Kind& kind) {
  OrderedJson properties = OrderedJson::object();
  for (const Field& field : kind.fields) properties[std::string(field.name)] = field_schema(kind, field);
  for (const List& list : kind.lists) properties[std::string(list.name)] = list_schema(kind, list);
  const OrderedJson key = key_or_variable(kind.keys);
  if (kind.clonable) {
    properties["clone"] = {{"description", clone_key().help}};
    properties["clone"].update(pattern_or_variable(prefixed("(pack:)?", find_pattern(kind.keys)),
                                                   describe_key_form(kind.keys) + ", or pack:KEY"));
  }
  if (!kind.first_status.empty()) {
    properties["status"] = {{"description", status_key().help}};
    properties["status"].update(either({{{"const", "suspended"}}, reference("variable")}));
  }
  properties["previously"] = {{"description", previously_key().help}};
  properties["previously"].update(make_list_schema(key));
  return {{"title", "object of " + std::string(kind.name)},
          {"description", kind.summary},
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
      {"propertyNames", make_name_schema(std::string(find_pattern(kind.keys)), describe_key_form(kind.keys))}};
  if (!kind.value_only) {
    schema["additionalProperties"] = object_schema(kind);
    return schema;
  }
  const Field& value = kind.fields.front();
  const DocumentForm* form = find_document_form(kind.name, value.name);
  if (form != nullptr) schema["properties"] = terms_schema(*form).at("properties");
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
  properties["tests"]["items"]["anyOf"] =
      OrderedJson::array({{{"required", OrderedJson::array({"can"})}}, {{"required", OrderedJson::array({"cannot"})}}});
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

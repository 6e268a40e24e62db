#include "provisioning/definitions/schema_documents.hpp"

#include <set>

#include "provisioning/base/words.hpp"
#include "provisioning/definitions/schema_parts.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

using namespace schema_parts;

namespace {

// The alternatives that a term takes once.
std::vector<OrderedJson> alternatives_of(const Term& term) {
  const OrderedJson variable = reference("variable");
  switch (term.takes) {
    case Term::Takes::key: {
      const KeyForm form = find_kind(term.target)->keys;
      std::vector<OrderedJson> all = {patterned(find_pattern(form), describe_key_form(form)), variable};
      // Editors refuse a schema with a choice of nothing.
      if (!term.words.empty()) all.insert(all.begin() + 1, OrderedJson{{"enum", term.words}});
      return all;
    }
    case Term::Takes::word:
      return {{{"enum", term.words}}, variable};
    case Term::Takes::number: {
      OrderedJson number = {{"type", "integer"}, {"minimum", 1}};
      if (term.most != INT64_MAX) number["maximum"] = term.most;
      return {number, variable};
    }
    case Term::Takes::yes_or_no:
      return {{{"type", "boolean"}}, variable};
    case Term::Takes::values_of_fields:
      return {{{"type", "object"},
               {"minProperties", 1},
               {"propertyNames", make_name_schema(find_pattern(KeyForm::key), describe_key_form(KeyForm::key))}}};
    case Term::Takes::colour:
    case Term::Takes::locale:
    case Term::Takes::time_zone:
    case Term::Takes::host:
      return {patterned(find_pattern(term.takes), "a " + describe_type(term)), variable};
    case Term::Takes::address:
      return {patterned(find_pattern(KeyForm::email), describe_key_form(KeyForm::email)), variable};
    case Term::Takes::line:
    case Term::Takes::text:
      return {{{"type", "string"}}};
    case Term::Takes::anything:
      break;
  }
  return {};
}

OrderedJson term_schema(const Term& term) {
  const std::string name(term.name);
  OrderedJson schema = {{"title", name}, {"description", describe_property(term)}};
  std::vector<OrderedJson> all = alternatives_of(term);
  if (all.empty()) return schema;
  if (term.many) {
    OrderedJson list = {{"title", name}, {"description", describe_property(term)}};
    list.update(make_list_schema(all.size() == 1 ? all.front() : either(all)));
    all.push_back(std::move(list));
  }
  if (all.size() == 1) {
    schema.update(all.front());
    return schema;
  }
  // The variable has a title of its own.
  for (OrderedJson& one : all) {
    if (!one.contains("$ref") && !one.contains("title")) one = titled(name, one);
  }
  schema["anyOf"] = all;
  return schema;
}

OrderedJson terms_schema(const DocumentForm& form) {
  OrderedJson properties = OrderedJson::object();
  for (const Term& term : form.terms) properties[std::string(term.name)] = term_schema(term);
  OrderedJson schema = {{"type", "object"}, {"properties", properties}};
  if (form.fields_too) {
    schema["propertyNames"] = make_name_schema(find_pattern(KeyForm::key), describe_key_form(KeyForm::key));
  } else {
    schema["additionalProperties"] = false;
  }
  return schema;
}

OrderedJson column_schema(const DocumentForm& form) {
  const std::string pattern = "^-?" + std::string(find_pattern(KeyForm::key).substr(1));
  const OrderedJson columns = {{"enum", form.terms.front().words}};
  const OrderedJson any = patterned(pattern, "a column, or -COLUMN for descending order");
  return either({titled("column of its own", any), titled("column", columns), reference("variable")});
}

}  // namespace

std::string describe_key_form(KeyForm form) {
  return std::string(
      find_word(form, {{KeyForm::email, patterns::email().words},
                       {KeyForm::permission, "a permission, resource.action in lower case, or \"*\""},
                       {KeyForm::key, "a key: 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit at the ends"}}));
}

OrderedJson form_schema(const DocumentForm& form, const std::string& title) {
  OrderedJson terms = terms_schema(form);
  switch (form.shape) {
    case DocumentForm::Shape::terms:
      return terms;
    case DocumentForm::Shape::steps:
      terms["title"] = title + ", one step";
      terms["minProperties"] = 1;
      terms["maxProperties"] = 1;
      return make_list_schema(terms, 1);
    case DocumentForm::Shape::records:
      terms["required"] = OrderedJson::array({form.terms.front().name});
      return make_list_schema(terms, 1);
    case DocumentForm::Shape::columns:
      return make_list_schema(column_schema(form));
    case DocumentForm::Shape::setting:
      break;
  }
  return {{"type", OrderedJson::array({"string", "number", "boolean", "array", "object"})},
          {"errorMessage", "takes a value"}};
}

OrderedJson settings_schema(const DocumentForm& form) {
  OrderedJson schema = {{"properties", terms_schema(form).at("properties")}, {"allOf", OrderedJson::array()}};
  std::set<std::string> groups;
  for (const Term& term : form.terms) {
    if (const std::size_t dot = term.name.find('.'); dot != std::string_view::npos)
      groups.emplace(term.name.substr(0, dot));
  }
  // A mapping under the name of a group; other values can be a setting of the tenant's own.
  for (const std::string& group : groups) {
    OrderedJson rule = {{"if", {{"required", OrderedJson::array({group})}}},
                        {"then", {{"errorMessage", "is a group of settings: write " + group + ".KEY: VALUE"}}}};
    rule["if"]["properties"][group] = {{"type", "object"}};
    rule["then"]["properties"][group] = false;
    schema["allOf"].push_back(unoffered(std::move(rule)));
  }
  return schema;
}

}  // namespace acctl

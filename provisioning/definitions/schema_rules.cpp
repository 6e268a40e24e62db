#include "provisioning/definitions/schema_rules.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/schema_parts.hpp"
#include "provisioning/model/placeholders.hpp"

namespace acctl {

using namespace schema_parts;

namespace {

// A text whose placeholders are closed and have names: those that are `known`, if there are any.
OrderedJson text_with_placeholders(const std::vector<std::string>* known, bool with_link) {
  std::string names = "[a-z][a-z0-9_]*";
  std::string words = "a text whose placeholders are written {{name}}";
  if (known != nullptr) {
    names = "(" + join(*known, "|") + ")";
    words = "a text with the placeholders " + join(*known);
  }
  if (with_link) words += ", {{link}} among them";
  const std::string link = with_link ? R"((?=[\s\S]*\{\{ *link *\}\}))" : "";
  const OrderedJson text = patterned("^" + link + R"(([^{]|\{(?!\{)|\{\{ *)" + names + R"( *\}\})*$)", words);
  return either({text, reference("variable"), nothing()});
}

OrderedJson placeholder_rule(const Kind& kind) {
  const auto fields = [&](std::string_view key) {
    OrderedJson properties = OrderedJson::object();
    for (const Field& field : kind.fields) {
      // A subject line has no room for a link.
      const bool with_link = key.starts_with("invitation") && field.format != Format::line;
      if (field.placeholders)
        properties[std::string(field.name)] = text_with_placeholders(mail_placeholders(key), with_link);
    }
    return OrderedJson{{"properties", properties}};
  };
  OrderedJson known = OrderedJson::object();
  for (const std::string_view key : mail_templates()) known[std::string(key)] = fields(key);
  return {{"properties", known}, {"additionalProperties", fields("")}};
}

// Entries are all behind + or -, or none is: beside one without a sign, those with one are marked. An address can begin
// with a sign that only quotes tell from ours, and which quotes there are, no schema sees; nor what a variable holds.
OrderedJson sign_rule(const Kind& kind) {
  OrderedJson lists = OrderedJson::object();
  const OrderedJson plain = {{"pattern", "^[^+$-]"}};
  const OrderedJson plain_text = {{"type", "string"}, {"pattern", "^[^+$-]"}};
  const OrderedJson plain_mapping = {{"type", "object"}, {"minProperties", 1}, {"propertyNames", plain}};
  const OrderedJson unsigned_name = {
      {"pattern", "^[^+-]"},
      {"patternErrorMessage", "mixes entries with and without a sign: either all are + or -, or none"}};
  for (const List& list : kind.lists) {
    if (find_kind(list.target)->keys == KeyForm::email) continue;
    OrderedJson& rule = lists[std::string(list.name)];
    rule["if"]["contains"]["anyOf"] = OrderedJson::array({plain_text, plain_mapping});
    rule["then"]["items"] = unsigned_name;
    rule["then"]["items"]["propertyNames"] = unsigned_name;
  }
  if (lists.empty()) return {};
  // A copy adds plain entries and those with a + alike.
  OrderedJson object = {{"properties", lists}};
  if (kind.clonable) {
    object = OrderedJson{{"if", {{"required", OrderedJson::array({"clone"})}}}, {"then", true}, {"else", object}};
  }
  return {{"additionalProperties", object}};
}

}  // namespace

OrderedJson object_rules(const Kind& kind) {
  OrderedJson rules = OrderedJson::array();
  if (kind.rules != nullptr) rules.push_back(OrderedJson::parse(kind.rules->schema()));
  if (std::ranges::any_of(kind.fields, &Field::placeholders)) rules.push_back(placeholder_rule(kind));
  if (OrderedJson signs = sign_rule(kind); !signs.is_null()) rules.push_back(std::move(signs));
  return unoffered(std::move(rules));
}

}  // namespace acctl

#include "commands/definitions/file_schemas.hpp"

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/help.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/definitions/schema_parts.hpp"
#include "provisioning/model/tenant_condition.hpp"
#include "provisioning/platform/mail_settings.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

using namespace schema_parts;

namespace {

// smtp://HOST[:PORT], smtps://HOST[:PORT]; the port from 1 to 65535, with or without leading zeros.
constexpr const char* url_pattern =
    R"(^smtps?://(\[[A-Za-z0-9.:-]*\]|[A-Za-z0-9.[\]-]+)(:(?!0+/?$)([0-9]{1,4}|[0-5][0-9]{4}|6[0-4][0-9]{3}|)"
    R"(65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?/?$)";

constexpr const char* link_pattern =
    R"(^(?=.*[/=]$)(https://|http://(localhost|127\.0\.0\.1)(?=[:/]))[A-Za-z0-9._~:/?#&=%+[\]-]*)"
    R"((\{slug\}[A-Za-z0-9._~:/?#&=%+[\]-]*)?$)";

// From one second to ten minutes.
constexpr const char* timeout_pattern =
    "^0*([1-9][0-9]{3,4}ms|[1-5][0-9]{5}ms|600000ms|[1-9][0-9]?s|[1-5][0-9]{2}s|600s|[1-9]m|10m)$";

OrderedJson field_schema(const MailField& field) {
  const std::string name(field.name);
  OrderedJson schema = {{"title", "mail." + name}, {"description", to_sentence(field.help)}};
  const bool path = name.ends_with("_file") || name == "program" || name == "folder";
  if (name == "transport") {
    schema["enum"] = {"smtp", "sendmail", "maildir"};
  } else if (name == "from") {
    schema.update(patterned(patterns::sender()));
  } else if (name == "link_base") {
    schema.update(patterned("^$|" + std::string(link_pattern),
                            "an address that starts with https:// and ends with / or =; {slug} can stand in it"));
  } else if (name == "timeout") {
    schema.update(patterned(timeout_pattern, "a time from 1s to 10m"));
  } else if (path) {
    schema.update(patterned("^$|^/", "an absolute path"));
  } else {
    schema["type"] = "string";
  }
  return schema;
}

OrderedJson if_field(const std::string& name, const OrderedJson& value) {
  return {{"properties", {{name, value}}}, {"required", OrderedJson::array({name})}};
}

// What belongs to one transport is left at its default with the others, and some of it is needed.
OrderedJson transport_rule(const std::string& transport, const std::string& needed) {
  OrderedJson then = {{"required", OrderedJson::array({needed})}, {"properties", OrderedJson::object()}};
  static const MailSettings defaults;
  for (const MailField& field : mail_fields()) {
    if (field.transport.empty() || field.transport == transport) continue;
    then["properties"][std::string(field.name)] = {
        {"const", defaults.*field.member}, {"errorMessage", "belongs to transport " + std::string(field.transport)}};
  }
  if (transport == "smtp") {
    then["properties"]["url"] = patterned(url_pattern, "smtp://HOST[:PORT] or smtps://HOST[:PORT], without a user");
    then["properties"]["tls"] = {{"enum", {"required", "none"}}};
  } else {
    then["properties"][needed] = patterned("^/", "an absolute path");
  }
  return {{"if", if_field("transport", {{"const", transport}})}, {"then", then}};
}

OrderedJson tls_rule(const OrderedJson& condition, const std::string& message) {
  OrderedJson tls = {{"const", "required"}, {"errorMessage", message}};
  return {{"if", condition}, {"then", {{"properties", {{"tls", tls}}}}}};
}

// The same rules as find_mail_problems(MailSettings), as far as a schema can say them.
OrderedJson mail_schema() {
  OrderedJson mail = {{"title", "mail"}, {"type", "object"}};
  for (const MailField& field : mail_fields()) mail["properties"][std::string(field.name)] = field_schema(field);
  mail["additionalProperties"] = false;
  mail["required"] = OrderedJson::array({"transport", "from"});
  OrderedJson with_password = if_field("credentials_file", {{"minLength", 1}});
  with_password["properties"]["url"] = {{"pattern", R"(^smtp://(?!(localhost|127\.0\.0\.1|\[::1\])(:|/|$)))"}};
  with_password["required"].push_back("url");
  mail["allOf"] = {transport_rule("smtp", "url"), transport_rule("sendmail", "program"),
                   transport_rule("maildir", "folder"),
                   tls_rule(if_field("url", {{"pattern", "^smtps://"}}), "is always used with smtps://; leave it out"),
                   tls_rule(with_password, "must not be none: the password would be sent unencrypted")};
  OrderedJson schema = {{"title", "mail"},
                        {"description", "How messages are sent; null ends sending, and messages stay queued."}};
  schema.update(either({mail, nothing()}));
  return schema;
}

// A schema of its own: `properties` are those of the whole file, and no others.
OrderedJson file_schema(const std::string& kind, const std::string& description, const OrderedJson& required,
                        const OrderedJson& properties) {
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"$id", "https://acctl.example/schemas/" + kind + ".json"},
          {"title", "acctl " + kind},
          {"description", description},
          {"type", "object"},
          {"required", required},
          {"properties", properties},
          {"additionalProperties", false}};
}

OrderedJson closed(const OrderedJson& properties) {
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

OrderedJson described(std::string_view title, std::string_view help, const OrderedJson& schema) {
  OrderedJson made = {{"title", title}, {"description", help}};
  made.update(schema);
  return made;
}

OrderedJson version() { return described("acctl", "Version of the format.", {{"const", 1}, {"default", 1}}); }

OrderedJson nullable(OrderedJson schema) {
  schema["type"] = OrderedJson::array({schema.at("type"), "null"});
  return schema;
}

// What is empty or null in a file of tenants is not given.
OrderedJson optional_text(const patterns::TextPattern& text) { return nullable(patterned(patterns::or_empty(text))); }

OrderedJson limit(std::string_view title, std::string_view help, std::int64_t most) {
  return described(title, help, nullable({{"type", "integer"}, {"minimum", 1}, {"maximum", most}}));
}

OrderedJson limit_of_projects() {
  return limit("projects", "Maximum number of projects; null for no limit.", INT32_MAX);
}
OrderedJson limit_of_storage() {
  return limit("storage_bytes", "Maximum size of stored files, in bytes; null for no limit.", INT64_MAX);
}

OrderedJson name_schema() {
  OrderedJson name = patterned(patterns::display_name());
  name["maxLength"] = 200;
  return name;
}

OrderedJson features_schema(std::string_view help, const OrderedJson& value) {
  return described("features", help, {{"type", "object"}, {"additionalProperties", value}});
}

OrderedJson plan_schema() {
  // Quotes make no difference here.
  const OrderedJson quoted = {{"title", "on or off, in quotes"}, {"enum", {"true", "false"}}};
  const OrderedJson value = either({{{"title", "on or off"}, {"type", "boolean"}}, quoted});
  return described("plan", "One of the plans, by its key.",
                   closed({{"name", described("name", "Display name.", name_schema())},
                           {"seats", limit("seats", "Maximum number of users; null for no limit.", INT32_MAX)},
                           {"projects", limit_of_projects()},
                           {"storage_bytes", limit_of_storage()},
                           {"features", features_schema("Features, each on or off.", value)}}));
}

OrderedJson pack_schema() {
  OrderedJson names = OrderedJson::array();
  for (const std::string& name : pack_names()) names.push_back(name);
  return either({{{"title", "pack"}, {"enum", names}},
                 {{"title", "no pack"}, {"type", OrderedJson::array({"string", "null"})}, {"maxLength", 0}}});
}

OrderedJson seats_schema() {
  return {{"type", OrderedJson::array({"integer", "string", "null"})},
          {"minimum", 1},
          {"maximum", 1'000'000},
          {"pattern", "^([1-9][0-9]{0,5}|1000000)$"},
          {"patternErrorMessage", "takes a whole number from 1 to 1000000"}};
}

OrderedJson labels_schema() {
  OrderedJson value = patterned(patterns::label_value());
  value["maxLength"] = 63;
  return {
      {"type", "object"}, {"propertyNames", make_name_schema(patterns::label_key())}, {"additionalProperties", value}};
}

// Of a column in a file of tenants.
OrderedJson column_schema(const std::string& name) {
  if (name == "name") return nullable(name_schema());
  if (name == "admin_email") return optional_text(patterns::email());
  if (name == "admin_name") return optional_text(patterns::display_name());
  if (name == "domain") return optional_text(patterns::hostname());
  if (name == "enterprise") return optional_text(patterns::registry_key());
  if (name == "trial_ends") return nullable(patterned(patterns::moment()));
  if (name == "pack") return pack_schema();
  if (name == "seats") return seats_schema();
  if (name == "labels") return labels_schema();
  OrderedJson text = nullable({{"type", "string"}});
  if (name == "notes") text["maxLength"] = 2'000;
  if (name == "subscription") {
    text["enum"] = find_tenant_property("subscription")->words;
    text["enum"].push_back(nullptr);
  }
  return text;
}

OrderedJson tenant_schema() {
  OrderedJson properties = OrderedJson::object();
  for (const CsvColumn& column : tenant_columns()) {
    const std::string name(column.name);
    if (name == "slug" || column.help == "not read") continue;
    const std::string help = name == "labels" ? "Labels, KEY: VALUE." : to_sentence(column.help);
    properties[name] = described(name, help, column_schema(name));
  }
  properties["features"] =
      features_schema("Features of the tenant in place of those of its plan, each on or off.", {{"type", "boolean"}});
  properties["features"]["propertyNames"] = make_name_schema("^[a-z0-9_]{1,63}$", "the name of a feature");
  properties["limits"] = described("limits", "Limits of the tenant in place of those of its plan; null for no limit.",
                                   closed({{"projects", limit_of_projects()}, {"storage_bytes", limit_of_storage()}}));
  return described("tenant", "One of the tenants, by its slug.", closed(properties));
}

// Of an entry of a context; every value is read as text.
OrderedJson entry_schema(const Option& option) {
  if (option.name == "--parallel") {
    return {{"type", OrderedJson::array({"integer", "string"})},
            {"minimum", 1},
            {"maximum", 64},
            {"pattern", "^([1-9]|[1-5][0-9]|6[0-4])$"},
            {"patternErrorMessage", "takes a whole number from 1 to 64"}};
  }
  if (option.name == "--timeout") {
    return patterned("^0*([1-9][0-9]{2,7}ms|[1-9][0-9]{0,4}s|[1-9][0-9]{0,3}m|([1-9]|1[0-9]|2[0-4])h|1d)$",
                     "a time from 100ms to 24h, such as 30s");
  }
  if (!option.choices.empty()) return {{"enum", option.choices}};
  return {{"type", OrderedJson::array({"string", "number", "boolean"})}, {"minLength", 1}};
}

}  // namespace

OrderedJson tenants_schema() {
  return file_schema("tenants", "What 'acctl tenant create --file' and 'acctl tenant apply' read, in YAML.",
                     OrderedJson::array({"acctl", "tenants"}),
                     {{"acctl", version()},
                      {"manager", described("manager", "Owner of what the file declares (default: acctl).",
                                            patterned(patterns::registry_key()))},
                      {"tenants", described("tenants", "Tenants by their slugs.",
                                            {{"type", "object"},
                                             {"propertyNames", make_name_schema(patterns::slug())},
                                             {"additionalProperties", tenant_schema()}})}});
}

OrderedJson platform_schema() {
  const OrderedJson plans = {{"type", "object"},
                             {"propertyNames", make_name_schema(patterns::registry_key())},
                             {"additionalProperties", plan_schema()}};
  return file_schema(
      "platform", "What 'acctl platform apply' reads, in YAML.", OrderedJson::array({"acctl"}),
      {{"acctl", version()},
       {"base_domain", described("base_domain", "Domain of the host names of tenants that are created from now on.",
                                 patterned(patterns::hostname()))},
       {"storage_root",
        described("storage_root", "Absolute path of the folder of files of tenants that are created from now on.",
                  patterned("^/", "an absolute path"))},
       {"plans", described("plans", "Plans by their keys.", plans)},
       {"mail", mail_schema()}});
}

OrderedJson config_schema() {
  OrderedJson entries = OrderedJson::object();
  for (const Option& option : documented_global_options()) {
    const bool allowed = (!option.environment.empty() && option.name != "--context") || option.name == "--parallel";
    if (!allowed) continue;
    const std::string name(option.name.substr(2));
    entries[name] = described(name, to_sentence(option.help), entry_schema(option));
  }
  entries["protected"] = described("protected", "Whether prompts demand the name of the context.",
                                   {{"enum", {true, false, "true", "false"}}});
  entries["color"] = described("color", "Color of the context's name in prompts.", {{"enum", prompt_colors()}});
  OrderedJson context = described("context", "A named environment.", nullable(closed(entries)));
  OrderedJson contexts = nullable({{"type", "object"}, {"additionalProperties", context}});
  OrderedJson current = {{"type", OrderedJson::array({"string", "number", "boolean"})}, {"minLength", 1}};
  return file_schema("config", "The configuration file of acctl, config.yaml.", OrderedJson::array(),
                     {{"current", described("current", "The context that is used by default.", current)},
                      {"contexts", described("contexts", "Named environments.", contexts)}});
}

}  // namespace acctl

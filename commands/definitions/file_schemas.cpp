#include "commands/definitions/file_schemas.hpp"

#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/configuration.hpp"
#include "cli/help.hpp"
#include "provisioning/platform/mail_settings.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* key_pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

// A schema of its own: `properties` are those of the whole file, and no others.
Json file_schema(const std::string& kind, const std::string& description, const Json& required,
                 const Json& properties) {
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"$id", "https://acctl.example/schemas/" + kind + ".json"},
          {"title", "acctl " + kind},
          {"description", description},
          {"type", "object"},
          {"required", required},
          {"properties", properties},
          {"additionalProperties", false}};
}

Json closed(const Json& properties) {
  return {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
}

Json described(std::string_view help, Json schema) {
  Json made = {{"description", std::string(help)}};
  made.update(schema);
  return made;
}

Json version() { return described("Version of the format.", {{"const", 1}, {"default", 1}}); }

Json patterned(const char* pattern, const char* words) {
  return {{"type", "string"}, {"pattern", pattern}, {"patternErrorMessage", words}};
}

Json or_null(const Json& schema) {
  const Json nothing = {{"type", "null"}};
  return {{"anyOf", Json::array({schema, nothing})}};
}

Json limit(std::string_view help) { return described(help, or_null({{"type", "integer"}, {"minimum", 1}})); }

Json plan_schema() {
  return closed({{"name", described("Display name.", {{"type", "string"}})},
                 {"seats", limit("Maximum number of users; null for no limit.")},
                 {"projects", limit("Maximum number of projects; null for no limit.")},
                 {"storage_bytes", limit("Maximum size of stored files, in bytes; null for no limit.")},
                 {"features", described("Features, each on or off.",
                                        {{"type", "object"}, {"additionalProperties", {{"type", "boolean"}}}})}});
}

Json mail_schema() {
  Json properties = Json::object();
  for (const MailField& field : mail_fields()) {
    const std::string name(field.name);
    properties[name] = described(field.help, {{"type", "string"}});
    if (name == "transport") properties[name]["enum"] = Json::array({"smtp", "sendmail", "maildir"});
    if (name == "tls") properties[name]["enum"] = Json::array({"required", "none"});
  }
  Json mail = closed(properties);
  mail["required"] = Json::array({"transport", "from"});
  return described("How messages are sent; null ends sending, and messages stay queued.", or_null(mail));
}

}  // namespace

Json tenants_schema() {
  Json properties = Json::object();
  for (const CsvColumn& column : tenant_columns()) {
    const std::string name(column.name);
    if (name == "slug" || column.help == "not read") continue;
    if (name == "labels") {
      properties[name] =
          described("Labels, KEY: VALUE.", {{"type", "object"},
                                            {"propertyNames", patterned(key_pattern, "A key is a-z, 0-9 and -.")},
                                            {"additionalProperties", {{"type", "string"}}}});
    } else if (name == "seats") {
      properties[name] = described(column.help, {{"type", "integer"}, {"minimum", 1}, {"maximum", 1'000'000}});
    } else {
      properties[name] = described(column.help, {{"type", "string"}});
    }
  }
  const std::vector<std::string> subscriptions = {"trialing", "active", "past_due", "canceled"};
  properties["subscription"]["enum"] = subscriptions;
  properties["features"] = described("Features of the tenant in place of those of its plan, each on or off.",
                                     {{"type", "object"}, {"additionalProperties", {{"type", "boolean"}}}});
  properties["limits"] = described("Limits of the tenant in place of those of its plan; null for no limit.",
                                   closed({{"projects", limit("Maximum number of projects.")},
                                           {"storage_bytes", limit("Maximum size of stored files, in bytes.")}}));
  Json tenant = closed(properties);
  tenant["required"] = Json::array({"name"});
  const Json slugs = patterned("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
                               "A slug is 1 to 63 of a-z, 0-9 and -, starts with a letter and does not end with -.");
  return file_schema("tenants", "What 'acctl tenant create --file' and 'acctl tenant apply' read, in YAML.",
                     Json::array({"acctl", "tenants"}),
                     {{"acctl", version()},
                      {"manager", described("Owner of what the file declares (default: acctl).",
                                            patterned(key_pattern, "A key is a-z, 0-9 and -."))},
                      {"tenants", described("Tenants by their slugs.", {{"type", "object"},
                                                                        {"minProperties", 1},
                                                                        {"propertyNames", slugs},
                                                                        {"additionalProperties", tenant}})}});
}

Json platform_schema() {
  const Json plans = {
      {"type", "object"},
      {"propertyNames", patterned(key_pattern, "A key is 1 to 63 of a-z, 0-9 and -, without - at its ends.")},
      {"additionalProperties", plan_schema()}};
  return file_schema(
      "platform", "What 'acctl platform apply' reads, in YAML.", Json::array({"acctl"}),
      {{"acctl", version()},
       {"base_domain",
        described("Domain of the host names of tenants that are created from now on.", {{"type", "string"}})},
       {"storage_root", described("Absolute path of the folder of files of tenants that are created from now on.",
                                  patterned("^/", "storage_root takes an absolute path"))},
       {"plans", described("Plans by their keys.", plans)},
       {"mail", mail_schema()}});
}

Json config_schema() {
  Json entries = Json::object();
  for (const Option& option : documented_global_options()) {
    const bool allowed = (!option.environment.empty() && option.name != "--context") || option.name == "--parallel";
    if (!allowed) continue;
    Json entry = {{"type", Json::array({"string", "integer"})}};
    if (!option.choices.empty()) entry = {{"enum", option.choices}};
    entries[option.name.substr(2)] = described(option.help, entry);
  }
  entries["protected"] = described("Whether prompts demand the name of the context.", {{"type", "boolean"}});
  entries["color"] = described("Color of the context's name in prompts.", {{"enum", prompt_colors()}});
  return file_schema("config", "The configuration file of acctl, config.yaml.", Json::array(),
                     {{"current", described("The context that is used by default.", {{"type", "string"}})},
                      {"contexts", described("Named environments.",
                                             {{"type", "object"}, {"additionalProperties", closed(entries)}})}});
}

}  // namespace acctl

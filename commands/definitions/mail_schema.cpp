#include "commands/definitions/mail_schema.hpp"

#include "provisioning/definitions/schema_parts.hpp"
#include "provisioning/platform/mail_settings.hpp"

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

}  // namespace

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

}  // namespace acctl

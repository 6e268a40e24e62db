#include "commands/role/role.hpp"
#include "provisioning/access/roles.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_value(const RoleHolding& held) {
  return {{"email", held.email}, {"status", held.status}, {"since", held.since}, {"until", or_null(held.until)}};
}

std::string to_words(const RoleHolding& held) {
  return held.email + (held.status == "active" ? "" : " (" + held.status + ")") +
         (held.until.empty() ? "" : " until " + held.until);
}

Json to_value(const TemplateOverlap& overlap) {
  return {{"role_template", overlap.role_template}, {"shared", overlap.shared}, {"of", overlap.of}};
}

std::string to_words(const TemplateOverlap& overlap) {
  return overlap.role_template + " (" + std::to_string(overlap.shared) + " of " + std::to_string(overlap.of) +
         " permissions)";
}

template <class Item>
Json to_values_or_words(const Session& session, const std::vector<Item>& items) {
  Json all = Json::array();
  for (const Item& item : items) all.push_back(session.wants_values() ? to_value(item) : Json(to_words(item)));
  return all;
}

void add_role_details(const Session& session, TenantSession& database, const std::string& key, Json& record) {
  record["permissions"] = permission_records(session, permissions_of_role(database, key));
  record["holders"] = to_values_or_words(session, holders_of_role(database, key));
  record["overlaps"] = to_values_or_words(session, overlapping_templates(database, key));
}

}  // namespace

Command role_show_command() {
  return declare_show(role_noun, "show a role, its permissions and its holders",
                      {"key",
                       "tenant",
                       {"name", "/display_name"},
                       "description",
                       "scope",
                       "system",
                       "session hours",
                       "manager",
                       "permissions",
                       "holders",
                       {"role templates that overlap", "/overlaps"}},
                      add_role_details)
      .describe(R"(
Shows a role with its permissions and their levels, the users who hold it and when their grants expire, and
the role templates that include some of the same permissions.)")
      .example("acctl role show support-agent -t acme", "See what the role gives, and who has it.")
      .example("acctl role show support-agent -t acme -o json",
               "Read the default and the possible values in a script.");
}

}  // namespace acctl

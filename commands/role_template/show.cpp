#include "commands/role_template/role_template.hpp"
#include "provisioning/access/roles.hpp"

namespace acctl {

namespace {

void add_role_template_details(const Session& session, TenantSession& database, const std::string& key,
                               nlohmann::ordered_json& record) {
  record["permissions"] = permission_records(session, permissions_of_role_template(database, key));
  record["holders"] = member_records(session, holders_of_role_template(database, key));
}

}  // namespace

Command role_template_show_command() {
  return declare_show(role_template_noun, "show a role template, its permissions and its holders",
                      {"key", "tenant", "name", "description", "manager", "permissions", "holders"},
                      add_role_template_details)
      .describe("Shows a role template with its permissions and their levels, and the users who hold it.")
      .example("acctl role-template show night-shift -t acme", "See what the role gives, and who has it.");
}

}  // namespace acctl

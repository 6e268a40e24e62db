#include "commands/role_template/role_template.hpp"

namespace acctl {

namespace {

struct ShowRoleTemplate {
  std::string key;
};

int run(Session& session, const ShowRoleTemplate& options) {
  return show_object(
      session, role_template_noun, options.key,
      {{"key", "/key"},
       {"tenant", "/tenant"},
       {"name", "/name"},
       {"description", "/description"},
       {"manager", "/manager"},
       {"permissions", "/permissions"},
       {"holders", "/holders"}},
      list_role_templates,
      [&](Platform&, const Tenant& tenant, Connection& database, const RoleTemplateSummary& role_template) {
        nlohmann::ordered_json record = to_json(role_template, tenant);
        record["permissions"] = permission_records(session, permissions_of_role_template(database, role_template.key));
        record["holders"] = member_records(session, holders_of_role_template(database, role_template.key));
        return record;
      });
}

}  // namespace

Command role_template_show_command() {
  return command<ShowRoleTemplate>("show", "show a role template, its permissions and its holders", run)
      .describe("Shows a role template with its permissions and their levels, and the users who hold it.")
      .argument("TEMPLATE", "key of the role template", &ShowRoleTemplate::key)
      .example("acctl role-template show manager -t acme", "Permissions and holders.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include "commands/role_template/role_template.hpp"

#include "commands/commands.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

constexpr FieldOption role_template_fields[] = {
    {.field = "name", .help = "display name"},
    {.field = "description", .help = "purpose of the role template, in one sentence"},
};

nlohmann::ordered_json to_json(const RoleTemplateSummary& role_template, const Tenant& tenant) {
  return {{"key", role_template.key},
          {"name", role_template.name},
          {"description", or_null(role_template.description)},
          {"permissions", role_template.permissions},
          {"holders", role_template.holders},
          {"manager", or_null(role_template.manager)},
          {"tenant", tenant.slug}};
}

std::vector<nlohmann::ordered_json> read_role_templates(Platform&, const Tenant& tenant, TenantSession& database,
                                                        const std::string& key) {
  std::vector<nlohmann::ordered_json> all;
  for (const RoleTemplateSummary& one : list_role_templates(database, key)) all.push_back(to_json(one, tenant));
  return all;
}

}  // namespace

constinit const ObjectNoun role_template_noun = {
    .name = "role-template",
    .kind = "role_templates",
    .argument = "TEMPLATE",
    .fields = role_template_fields,
    .concerned = &Scope::holders_of_templates,
    .remove = delete_role_templates,
    .read = read_role_templates,
    .reassign_help = "give the holders this role template instead",
};

Command role_template_command() {
  return command_group(
      "role-template", "manage role templates, and assign them to users", R"(
A role template is a set of permissions that a user holds in addition to roles; each user has at most one. A
change to the template reaches all its holders.)",
      {role_template_list_command, role_template_show_command, role_template_create_command, role_template_edit_command,
       role_template_delete_command, role_template_assign_command, role_template_unassign_command});
}

}  // namespace acctl

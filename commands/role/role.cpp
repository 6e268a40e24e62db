#include "commands/role/role.hpp"

#include <mutex>

#include "commands/commands.hpp"
#include "provisioning/access/role_edits.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

constexpr FieldOption role_fields[] = {
    {.field = "name", .help = "display name"},
    {.field = "description", .help = "purpose of the role, in one sentence"},
    {.field = "session_hours", .help = "hours until holders have to sign in again", .unset = "the tenant's setting"},
    {.field = "scope", .help = "whether a grant covers this organization or the entire enterprise", .only_new = true},
};

nlohmann::ordered_json to_json(const RoleSummary& role, const Tenant& tenant, bool is_alone) {
  return {
      {"key", role.key},
      {"name", role.name},
      {"display_name", displayed_name(role, is_alone)},
      {"description", or_null(role.description)},
      {"scope", role.scope},
      {"system", role.system},
      {"session_hours", role.session_hours ? nlohmann::ordered_json(*role.session_hours) : nlohmann::ordered_json()},
      {"permissions", role.permissions},
      {"holders", role.holders},
      {"manager", or_null(role.manager)},
      {"tenant", tenant.slug}};
}

// Tenants that are read at the same time share the session of the platform.
std::mutex platform_session;

bool has_no_others(Platform& platform, const Tenant& tenant) {
  if (!shows_plain_admin(tenant.pack)) return false;
  const std::lock_guard lock(platform_session);
  return stands_alone(platform, tenant.enterprise);
}

// Whether a tenant stands alone is asked once, and not for each role, and only where it matters.
std::vector<nlohmann::ordered_json> read_roles(Platform& platform, const Tenant& tenant, TenantSession& database,
                                               const std::string& key) {
  const bool is_alone = has_no_others(platform, tenant);
  std::vector<nlohmann::ordered_json> all;
  for (const RoleSummary& role : list_roles(database, key)) all.push_back(to_json(role, tenant, is_alone));
  return all;
}

}  // namespace

constinit const ObjectNoun role_noun = {
    .name = "role",
    .kind = "roles",
    .argument = "ROLE",
    .fields = role_fields,
    .concerned = &Scope::holders_of_roles,
    .remove = delete_roles,
    .read = read_roles,
    .reassign_help = "give the holders this role instead",
};

Command role_command() {
  return command_group(
      "role", "manage roles, and grant them to users", R"(
A role is a named set of permissions that is granted to users. A user has the permissions of all roles
granted, those of the role template, and those held directly. System roles are seeded and cannot be deleted.

A permission can be held at a level, as in tickets.view:group. global is everything, group is what is assigned to a team
of the user, restricted is what the user takes part in; a permission without a level is given at its widest level.)",
      {role_list_command, role_show_command, role_create_command, role_clone_command, role_edit_command,
       role_delete_command, role_grant_command, role_revoke_command, role_lint_command, role_matrix_command});
}

}  // namespace acctl

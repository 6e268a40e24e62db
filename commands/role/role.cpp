#include "commands/role/role.hpp"

#include "commands/commands.hpp"
#include "commands/role/reports.hpp"

namespace acctl {

Command role_command() {
  return {
      .name = "role",
      .summary = "bundles of permissions, and who has them",
      .description =
          "A role is a named bundle of permissions that is granted to users; a user's permissions are those of all "
          "roles, of the role template and those held directly. System roles are seeded and cannot be deleted.",
      .subcommands = {role_list_command(), role_show_command(), role_create_command(), role_clone_command(),
                      role_edit_command(), role_delete_command(), role_grant_command(), role_revoke_command(),
                      role_lint_command(), role_matrix_command()},
  };
}

}  // namespace acctl

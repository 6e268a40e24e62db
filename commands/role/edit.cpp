#include "commands/role/role.hpp"

namespace acctl {

Command role_edit_command() {
  return declare_edit(role_noun, "change a role's name, description or permissions")
      .describe(R"(
Changes the given values and leaves the others as they are. If somebody loses a permission, the plan is
shown and has to be confirmed.)")
      .example("acctl role edit triage --add-permission tickets.edit:group -t acme", "Add a permission; no prompt.")
      .example("acctl role edit triage --remove-permission tickets.assign --match plan=pro",
               "Remove a permission in many tenants, after a prompt.");
}

}  // namespace acctl

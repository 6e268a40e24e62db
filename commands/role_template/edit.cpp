#include "commands/role_template/role_template.hpp"

namespace acctl {

Command role_template_edit_command() {
  return declare_edit(role_template_noun, "change a role template's name, description or permissions")
      .describe(R"(
Changes the given values and leaves the others as they are, for all holders. If somebody loses a permission,
the plan is shown and has to be confirmed.)")
      .example("acctl role-template edit night-shift --remove-permission tickets.assign -t acme",
               "Remove a permission, after a prompt.");
}

}  // namespace acctl

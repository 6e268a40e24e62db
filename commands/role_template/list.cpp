#include "commands/role_template/role_template.hpp"

namespace acctl {

Command role_template_list_command() {
  return declare_list(role_template_noun, "list role templates",
                      {"KEY", "TENANT", "NAME", "PERMISSIONS", "HOLDERS", "MANAGER"})
      .describe("Lists role templates with the number of their permissions and of their holders.")
      .example("acctl role-template list -t acme", "All role templates.");
}

}  // namespace acctl

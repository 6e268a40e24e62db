#include "commands/role_template/role_template.hpp"

namespace acctl {

Command role_template_create_command() {
  return declare_create(role_template_noun, "create a role template")
      .describe(R"(
Creates a role template in each selected tenant. Running the command again changes nothing; if the role
template exists with other values, it is a conflict (exit 7) and the message names the difference.)")
      .example("acctl role-template create night-shift --name 'Night shift' --permission tickets.assign:global -t acme",
               "Create a role template with one permission.");
}

}  // namespace acctl

#include "commands/role/role.hpp"

namespace acctl {

Command role_create_command() {
  return declare_create(role_noun, "create a role")
      .describe(R"(
Creates a role in each selected tenant. Running the command again changes nothing; if the role exists with
other values, it is a conflict (exit 7) and the message names the difference.)")
      .example("acctl role create triage --name Triage --permission tickets.view,tickets.assign:group -t acme",
               "A role with two permissions, one of them limited to the user's own teams.");
}

}  // namespace acctl

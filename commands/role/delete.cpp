#include "commands/role/role.hpp"

namespace acctl {

Command role_delete_command() {
  return declare_delete(role_noun, "delete roles")
      .describe(R"(
Deletes roles that nobody holds; if somebody holds one, the holders are listed and nothing is deleted. With
--reassign-to the holders get another role in the same run, until the same time as the old one. System roles
cannot be deleted.)")
      .example("acctl role delete triage -t acme", "Show the plan and prompt.")
      .example("acctl role delete triage --reassign-to support-agent -t acme --yes",
               "Give the holders another role, without a prompt.");
}

}  // namespace acctl

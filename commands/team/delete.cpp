#include "commands/team/team.hpp"

namespace acctl {

Command team_delete_command() {
  return declare_delete(team_noun, "delete teams")
      .describe("Deletes teams; their members remain users. The plan is shown and has to be confirmed.")
      .example("acctl team delete tier-1 -t acme", "Show the plan and prompt.");
}

}  // namespace acctl

#include "commands/team/team.hpp"

namespace acctl {

Command team_create_command() {
  return declare_create(team_noun, "create a team")
      .describe(R"(
Creates a team without members in each selected tenant. Running the command again changes nothing; if the
team exists with other values, it is a conflict (exit 7) and the message names the difference.)")
      .example("acctl team create tier-1 --name 'Tier 1' --assignment round_robin --capacity 20 -t acme",
               "Assign work to the members in turn, at most 20 each.");
}

}  // namespace acctl

#include "commands/team/team.hpp"

namespace acctl {

Command team_edit_command() {
  return declare_edit(team_noun, "change a team")
      .describe("Changes the given values and leaves the others as they are.")
      .example("acctl team edit tier-1 --capacity 30 --notify no -t acme",
               "Raise the limit of work per member and disable notifications.");
}

}  // namespace acctl

#include "commands/team/team.hpp"

namespace acctl {

Command team_list_command() {
  return declare_list(team_noun, "list teams",
                      {"KEY", "TENANT", "NAME", "ASSIGNMENT", "CAPACITY", "MEMBERS", "MANAGER"})
      .describe("Lists teams with how their work is assigned and the number of their members.")
      .example("acctl team list -t acme", "All teams.");
}

}  // namespace acctl

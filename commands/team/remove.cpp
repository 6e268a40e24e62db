#include "commands/team/team.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

constexpr MemberVerb team_remove = {.name = "remove", .change = remove_members, .reach = Reach::suspended_too};

}  // namespace

Command team_remove_command() {
  return declare_member_edit(team_noun, team_remove, "remove users from a team")
      .describe("Removes users from a team, in suspended tenants as well. The plan is shown and has to be confirmed.")
      .example("acctl team remove tier-1 ana@acme.example -t acme", "Show the plan and prompt.");
}

}  // namespace acctl

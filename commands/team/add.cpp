#include "commands/team/team.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

constexpr MemberVerb team_add = {.name = "add", .change = add_members};

}  // namespace

Command team_add_command() {
  return declare_member_edit(team_noun, team_add, "add users to a team")
      .describe("Adds users to a team. Their permissions do not change.")
      .example("acctl team add tier-1 ana@acme.example ben@acme.example -t acme", "Add two users.");
}

}  // namespace acctl

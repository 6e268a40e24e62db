#include "commands/team/team.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

struct AddMembers {
  EditOptions edit;
  std::string key;
  std::vector<std::string> emails;
};

int run(Session& session, const AddMembers& options) {
  return run_user_edit(
      session, options.edit,
      {.command = "team add",
       .scope = {.kinds = {"teams"}, .teams = {options.key}},
       .change = [&](State& state,
                     const EditContext& context) { add_members(state, options.key, context.people, context.near); },
       .people = emails_of(options.emails)});
}

}  // namespace

Command team_add_command() {
  return command<AddMembers>("add", "add users to a team", run)
      .describe("Adds users to a team. Their permissions do not change.")
      .argument("TEAM", "key of the team", &AddMembers::key)
      .argument("EMAIL...", "email addresses of the users", &AddMembers::emails)
      .with(direct_edit_options, &AddMembers::edit)
      .example("acctl team add tier-1 ana@acme.example ben@acme.example -t acme", "Add two users.")
      .formats(report_formats());
}

}  // namespace acctl

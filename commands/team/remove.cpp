#include "commands/team/team.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

struct RemoveMembers {
  EditOptions edit;
  std::string key;
  std::vector<std::string> emails;
};

int run(Session& session, const RemoveMembers& options) {
  return run_user_edit(
      session, options.edit,
      {.command = "team remove",
       .scope = {.kinds = {"teams"}, .teams = {options.key}},
       .change = [&](State& state,
                     const EditContext& context) { remove_members(state, options.key, context.people, context.near); },
       .people = emails_of(options.emails),
       .skip_absent = true});
}

}  // namespace

Command team_remove_command() {
  return command<RemoveMembers>("remove", "remove users from a team", run)
      .describe("Removes users from a team. The plan is shown and has to be confirmed.")
      .argument("TEAM", "key of the team", &RemoveMembers::key)
      .argument("EMAIL...", "email addresses of the users", &RemoveMembers::emails)
      .with(direct_edit_options, &RemoveMembers::edit)
      .example("acctl team remove tier-1 ana@acme.example -t acme", "Show the plan and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

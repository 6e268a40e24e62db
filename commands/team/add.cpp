#include "commands/team/team.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

struct AddMembers {
  EditOptions edit;
  std::string team;
  std::vector<std::string> emails;
  std::string until;
};

int run(Session& session, const AddMembers& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  std::string until;
  if (!options.until.empty()) check_moment("--until", options.until);
  return run_user_edit(session, options.edit,
                       {.command = "team add",
                        .scope = {.kinds = {"teams"}, .teams = {options.team}},
                        .change =
                            [&](State& state, const EditContext& context) {
                              add_members(state, options.team, context.people, until, context.near, context.notes);
                            },
                        // A duration counts from the time of the platform's database.
                        .prepare =
                            [&](Platform& platform) {
                              if (!options.until.empty())
                                until = parse_future_moment(platform.control(), "--until", options.until);
                            },
                        .people = emails});
}

}  // namespace

Command team_add_command() {
  return command<AddMembers>("add", "add users to a team, permanently or for a limited time", run)
      .describe(R"(
Adds users to a team. Their permissions do not change. With --until they leave the team at that time; adding
them again with another --until changes it, and without --until makes them permanent members, who stay
permanent even with --until.)")
      .argument("TEAM", "key of the team", &AddMembers::team)
      .argument("EMAIL...", "email addresses of the users", &AddMembers::emails)
      .option("--until TIME", "end of the membership, as 2027-01-31T18:00:00Z or from now as 30d (default: never)",
              &AddMembers::until)
      .with(direct_edit_options, &AddMembers::edit)
      .example("acctl team add tier-1 ana@acme.example ben@acme.example -t acme", "Add two users.")
      .example("acctl team add tier-1 cleo@acme.example --until 14d -t acme", "Let somebody stand in for two weeks.")
      .formats(report_formats());
}

}  // namespace acctl

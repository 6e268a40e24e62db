#include "commands/role/role.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct RevokeRoles {
  EditOptions edit;
  std::string roles;
  std::vector<std::string> emails;
};

int run(Session& session, const RevokeRoles& options) {
  const std::vector<std::string> roles = split_words({options.roles});
  // Before the edit is made: g++ destroys parts of it twice when a later part of it throws.
  const std::vector<std::string> emails = parse_emails(options.emails);
  return run_user_edit(
      session, options.edit,
      {.command = "role revoke",
       .scope = {.kinds = {"roles"}},
       .change = [&](State& state,
                     const EditContext& context) { revoke_roles(state, roles, context.people, context.near); },
       .people = emails,
       .named_removals = true,
       .reach = Reach::suspended_too});
}

}  // namespace

Command role_revoke_command() {
  return command<RevokeRoles>("revoke", "revoke a role from users", run)
      .describe(R"(
Revokes a role from users, in suspended tenants as well. The plan shows what they lose and has to be
confirmed. The last active admin whose role does not expire keeps it (exit 5).)")
      .argument("ROLE", "key of the role; several as a,b", &RevokeRoles::roles)
      .argument("EMAIL...", "email addresses of the users", &RevokeRoles::emails)
      .with(direct_edit_options, &RevokeRoles::edit)
      .example("acctl role revoke team-lead ana@acme.example -t acme", "Show what the user loses, and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

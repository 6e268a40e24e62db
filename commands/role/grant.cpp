#include "commands/role/role.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct GrantRoles {
  EditOptions edit;
  std::string roles;
  std::vector<std::string> emails;
  std::string until;
};

int run(Session& session, const GrantRoles& options) {
  RoleGrant wanted{.roles = split_words({options.roles}), .emails = parse_emails(options.emails), .until = {}};
  if (!options.until.empty()) check_moment("--until", options.until);
  // By name: of a temporary GCC 12 warns that the parts which are not named may be destroyed before they are made.
  Scope scope;
  scope.kinds = {"roles"};
  return run_user_edit(session, options.edit,
                       {.command = "role grant",
                        .scope = scope,
                        .change =
                            [&](State& state, const EditContext& context) {
                              RoleGrant here = wanted;
                              here.emails = context.people;
                              grant_roles(state, here, context.near, context.notes);
                            },
                        // A duration counts from the time of the platform's database.
                        .prepare =
                            [&](Platform& platform) {
                              if (options.until.empty()) return;
                              wanted.until = parse_future_moment(platform.control(), "--until", options.until);
                            },
                        .people = wanted.emails});
}

}  // namespace

Command role_grant_command() {
  return command<GrantRoles>("grant", "grant users a role, permanently or for a limited time", run)
      .describe(R"(
Grants users a role in each selected tenant. With --until the grant expires at that time. Granting the role
again with another --until changes the expiry, and without --until makes the grant permanent; a permanent
grant stays permanent, even with --until. An admin whose role expires does not count for --min-admins. Roles
of scope enterprise are granted with 'acctl enterprise grant'.)")
      .argument("ROLE", "key of the role; several as a,b", &GrantRoles::roles)
      .argument("EMAIL...", "email addresses of the users", &GrantRoles::emails)
      .option("--until TIME", "expiry, as 2027-01-31T18:00:00Z or from now as 8h or 30d (default: never)",
              &GrantRoles::until)
      .with(direct_edit_options, &GrantRoles::edit)
      .example("acctl role grant team-lead ana@acme.example ben@acme.example -t acme", "Grant a role permanently.")
      .example("acctl role grant team-lead ben@acme.example --until 8h -t acme --reason 'ticket 4711'",
               "Grant a role for a working day.")
      .formats(report_formats());
}

}  // namespace acctl

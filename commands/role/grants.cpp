// role grant and role revoke.
#include "commands/role/role.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct GrantOptions {
  EditOptions edit;
  std::string roles;
  std::vector<std::string> emails;
  std::string until;
};

Scope scope_of(const std::vector<std::string>& emails) {
  return {.kinds = {"roles"}, .manager = {}, .users = {emails.begin(), emails.end()}};
}

int grant(Session& session, const GrantOptions& options) {
  RoleGrant wanted{.roles = split_words({options.roles}), .emails = emails_of(options.emails), .until = {}};
  if (!options.until.empty()) check_moment("--until", options.until);
  return run_direct_edit(
      session, options.edit,
      {.command = "role grant",
       .scope = scope_of(wanted.emails),
       .change = [&](State& state,
                     const EditContext& ground) { grant_roles(state, wanted, ground.near, ground.notes); },
       .prepare =
           [&](Platform& platform) {
             if (options.until.empty()) return;
             wanted.until = moment_of(platform.control(), "--until", options.until);
           },
       .people = wanted.emails});
}

int revoke(Session& session, const GrantOptions& options) {
  const std::vector<std::string> roles = split_words({options.roles});
  const std::vector<std::string> emails = emails_of(options.emails);
  return run_direct_edit(
      session, options.edit,
      {.command = "role revoke",
       .scope = scope_of(emails),
       .change = [&](State& state,
                     const EditContext& ground) { revoke_roles(state, roles, ground.people, ground.near); },
       .people = emails,
       .skip_absent = true,
       .named_removals = true,
       .reach = Reach::suspended_too});
}

std::vector<Argument> arguments_of(GrantOptions& options) {
  return {{.name = "ROLE", .help = "key of the role; several as a,b", .target = &options.roles},
          {.name = "EMAIL", .help = "the users", .target = &options.emails}};
}

}  // namespace

Command role_grant_command() {
  auto options = std::make_shared<GrantOptions>();
  return {
      .name = "grant",
      .summary = "give users a role, for good or for a time",
      .description =
          "Gives users a role in the tenants named. With --until the grant expires by itself; granting again renews it "
          "with another end, and without --until it does not expire. A user who already holds the role without an end "
          "keeps it so: --until changes nothing then. An admin whose role expires does not count for --min-admins. A "
          "role of scope enterprise is granted with 'acctl enterprise grant'.",
      .arguments = arguments_of(*options),
      .options = joined({{{.name = "--until",
                           .value = "TIME",
                           .help = "when it ends: 2027-01-31T18:00:00Z, or from now as 8h or 30d",
                           .target = &options->until}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role grant team-lead ana@acme.example ben@acme.example -t acme", "For good."},
                   {"acctl role grant team-lead ben@acme.example --until 8h -t acme --reason 'ticket 4711'",
                    "For a working day."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return grant(session, *options); },
      .storage = options,
  };
}

Command role_revoke_command() {
  auto options = std::make_shared<GrantOptions>();
  return {
      .name = "revoke",
      .summary = "take a role from users",
      .description =
          "Takes a role from users, in suspended tenants, too; the plan shows what they lose, and is asked about. The "
          "last active admin whose role does not expire keeps it (exit 5).",
      .arguments = arguments_of(*options),
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl role revoke team-lead ana@acme.example -t acme", "Shows what she loses, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return revoke(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

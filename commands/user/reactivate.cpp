#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_edits.hpp"
#include "provisioning/access/user_queries.hpp"

namespace acctl {

namespace {

struct ReactivateUsers {
  EditOptions edit;
  std::vector<std::string> emails;
};

int run(Session& session, const ReactivateUsers& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  const auto change = [&](State& state, const EditContext& context) {
    reactivate_users(state, context.people, signed_up(context.database, emails), context.near, context.notes);
  };
  return run_direct_edit(session, options.edit,
                         {.command = "user reactivate",
                          .scope = user_scope(emails),
                          .change = change,
                          .people = emails,
                          .begins_access = true});
}

}  // namespace

Command user_reactivate_command() {
  return command<ReactivateUsers>("reactivate", "reactivate suspended users", run)
      .describe(R"(
Lets suspended users sign in again with the roles that they have. API keys stay revoked. Users who never signed up have
the status invited again and get a new invitation.)")
      .argument("EMAIL...", "users to reactivate", &ReactivateUsers::emails)
      .with(direct_edit_options, &ReactivateUsers::edit)
      .example("acctl user reactivate ana@acme.example -t acme", "Let the user sign in again.")
      .formats(report_formats());
}

}  // namespace acctl

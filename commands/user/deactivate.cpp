#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/left_work.hpp"
#include "commands/user/scope.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_edits.hpp"

namespace acctl {

namespace {

struct DeactivateUsers {
  EditOptions edit;
  std::vector<std::string> emails;
  std::string reassign_to;
};

int run(Session& session, const DeactivateUsers& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  LeftWork work(session, emails, options.reassign_to.empty() ? "" : parse_emails({options.reassign_to}).front());
  const auto change = [](State& state, const EditContext& context) {
    deactivate_users(state, context.people, context.near, context.notes);
  };
  return run_direct_edit(
      session, options.edit,
      {.command = "user deactivate",
       .scope = user_scope(emails),
       .change = change,
       .extend = [&](Edit& edit, const Tenant& tenant, TenantSession& database) { work.look(edit, tenant, database); },
       .planned = [&](FleetPlan& fleet) { work.report(fleet); },
       .people = emails,
       .reach = Reach::suspended_too,
       .ends_access = true});
}

}  // namespace

Command user_deactivate_command() {
  return command<DeactivateUsers>("deactivate", "suspend users: they cannot sign in, their history is kept", run)
      .describe(R"(
Suspends users, also in suspended tenants. Their sessions, API keys and pending invitations end immediately; their
content, roles and seats are kept. Enterprise grants end when the user is suspended in all tenants of the enterprise.
Open tickets and items that are assigned to them are listed, or assigned to another user.

With --all there is one plan for all tenants; a tenant in which the user is the last admin is reported and skipped (exit
6). In a tenant that is held for deletion, the user is suspended when the tenant is resumed.)")
      .argument("EMAIL...", "users to suspend", &DeactivateUsers::emails)
      .option("--reassign-to EMAIL", "assign open tickets and items to this user, in tenants where the user is active",
              &DeactivateUsers::reassign_to)
      .with(direct_edit_options, &DeactivateUsers::edit)
      .example("acctl user deactivate ana@acme.example -t acme", "Show which access the user loses and prompt.")
      .example("acctl user deactivate ana@acme.example --reassign-to ben@acme.example -t acme", "Hand over open work.")
      .example("acctl user deactivate ana@acme.example --all --yes", "Suspend the user in every tenant.")
      .formats(report_formats());
}

}  // namespace acctl

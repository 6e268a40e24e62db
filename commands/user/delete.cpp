#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_edits.hpp"

namespace acctl {

namespace {

struct DeleteUsers {
  EditOptions edit;
  std::vector<std::string> emails;
  bool revoke_roles = false;
};

int run(Session& session, const DeleteUsers& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  const auto change = [&](State& state, const EditContext& context) {
    delete_users(state, context.people, options.revoke_roles, context.notes);
  };
  return run_direct_edit(session, options.edit,
                         {.command = "user delete",
                          .scope = user_scope(emails),
                          .change = change,
                          .people = emails,
                          .again = true,
                          .reach = Reach::suspended_too,
                          .ends_access = true});
}

}  // namespace

Command user_delete_command() {
  return command<DeleteUsers>("delete", "permanently delete users and free their seats", run)
      .describe(R"(
Deletes users, also in suspended tenants, and frees their seats. Their content is kept and attributed to a deleted user.
Enterprise grants end when the user is in none of the enterprise's tenants. A user who still has roles is not deleted,
and the message lists the roles; revoke them first, or use --revoke-roles.)")
      .argument("EMAIL...", "users to delete", &DeleteUsers::emails)
      .option("--revoke-roles", "revoke the users' roles in the same run", &DeleteUsers::revoke_roles)
      .with(direct_edit_options, &DeleteUsers::edit)
      .example("acctl user delete ana@acme.example --revoke-roles -t acme", "Show the plan and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include "commands/role_template/role_template.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct UnassignRoleTemplate {
  EditOptions edit;
  std::vector<std::string> emails;
};

int run(Session& session, const UnassignRoleTemplate& options) {
  // Before the edit is made: g++ destroys parts of it twice when a later part of it throws.
  const std::vector<std::string> emails = parse_emails(options.emails);
  return run_user_edit(
      session, options.edit,
      {.command = "role-template unassign",
       .scope = {.kinds = {"role_templates"}},
       .change = [](State& state,
                    const EditContext& context) { assign_role_template(state, "", context.people, context.near); },
       .people = emails,
       .reach = Reach::suspended_too});
}

}  // namespace

Command role_template_unassign_command() {
  return command<UnassignRoleTemplate>("unassign", "remove the role template from users", run)
      .describe(R"(
Removes from users the role template that they have, in suspended tenants as well. The plan shows what they lose and has
to be confirmed.)")
      .argument("EMAIL...", "email addresses of the users", &UnassignRoleTemplate::emails)
      .with(direct_edit_options, &UnassignRoleTemplate::edit)
      .example("acctl role-template unassign ana@acme.example -t acme", "Show what the user loses, and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include "commands/role_template/role_template.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct AssignRoleTemplate {
  EditOptions edit;
  std::string key;
  std::vector<std::string> emails;
};

int run(Session& session, const AssignRoleTemplate& options) {
  return run_user_edit(session, options.edit,
                       {.command = "role-template assign",
                        .scope = {.kinds = {"role_templates"}},
                        .change =
                            [&](State& state, const EditContext& context) {
                              assign_role_template(state, options.key, context.people, context.near);
                            },
                        .people = emails_of(options.emails)});
}

}  // namespace

Command role_template_assign_command() {
  return command<AssignRoleTemplate>("assign", "assign a role template to users", run)
      .describe(R"(
Assigns a role template to users and replaces the one that they have. If somebody loses a permission, the
plan is shown and has to be confirmed.)")
      .argument("TEMPLATE", "key of the role template", &AssignRoleTemplate::key)
      .argument("EMAIL...", "email addresses of the users", &AssignRoleTemplate::emails)
      .with(direct_edit_options, &AssignRoleTemplate::edit)
      .example("acctl role-template assign manager ana@acme.example ben@acme.example -t acme",
               "Assign a role template to two users.")
      .formats(report_formats());
}

}  // namespace acctl

#include "cli/builder.hpp"
#include "commands/role/role.hpp"
#include "commands/role/scope.hpp"
#include "commands/shared/imperative.hpp"

namespace acctl {

namespace {

struct EditRole {
  EditOptions edit;
  std::string key;
  std::string name;
  std::string description;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

int run(Session& session, const EditRole& options) {
  GivenFields fields;
  if (session.given("--name")) fields["name"] = options.name;
  add_if_given(session, "--description", options.description, fields, "description");
  check_fields("roles", fields);
  const std::vector<PermissionWord> words = permission_changes(options.add, options.remove);
  if (fields.empty() && words.empty()) throw_nothing_to_edit();
  return run_direct_edit(
      session, options.edit,
      {.command = "role edit", .scope = role_scope(), .change = [&](State& state, const EditContext&) {
         change_fields(state, "roles", options.key, fields);
         change_permissions(state, "roles", options.key, words);
       }});
}

}  // namespace

Command role_edit_command() {
  return command<EditRole>("edit", "change a role's name, description or permissions", run)
      .describe(R"(
Changes the given values and leaves the others as they are. If somebody loses a permission, the plan is shown and has to
be confirmed.)")
      .argument("ROLE", "key of the role", &EditRole::key)
      .option("--name NAME", "display name", &EditRole::name)
      .option("--description TEXT", "purpose of the role", &EditRole::description)
      .clears()
      .with(permission_change_options, &EditRole::add, &EditRole::remove)
      .with(direct_edit_options, &EditRole::edit)
      .example("acctl role edit triage --add-permission tickets.edit:group -t acme", "Add a permission; no prompt.")
      .example("acctl role edit triage --remove-permission tickets.assign --match plan=pro",
               "Remove a permission in many tenants, after a prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include "cli/builder.hpp"
#include "commands/role/role.hpp"
#include "commands/role/scope.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

struct DeleteRoles {
  EditOptions edit;
  std::vector<std::string> keys;
  std::string reassign_to;
};

int run(Session& session, const DeleteRoles& options) {
  Scope scope = role_scope();
  scope.holders_of_roles = {options.keys.begin(), options.keys.end()};
  // Who has it afterwards has to be found again.
  if (!options.reassign_to.empty()) scope.holders_of_roles.insert(options.reassign_to);
  return run_direct_edit(
      session, options.edit,
      {.command = "role delete", .scope = scope, .change = [&](State& state, const EditContext& context) {
         delete_roles(state, options.keys, options.reassign_to, context.notes);
       }});
}

}  // namespace

Command role_delete_command() {
  return command<DeleteRoles>("delete", "delete roles", run)
      .describe(R"(
Deletes roles that nobody holds; if somebody holds one, the holders are listed and nothing is deleted. With --reassign-to
the holders get another role in the same run, until the same time as the old one. System roles cannot be deleted.)")
      .argument("ROLE...", "keys of the roles", &DeleteRoles::keys)
      .option("--reassign-to ROLE", "give the holders this role instead", &DeleteRoles::reassign_to)
      .with(direct_edit_options, &DeleteRoles::edit)
      .example("acctl role delete triage -t acme", "Show the plan and prompt.")
      .example("acctl role delete triage --reassign-to support-agent -t acme --yes",
               "Give the holders another role, without a prompt.")
      .formats(report_formats());
}

}  // namespace acctl

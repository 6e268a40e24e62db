#include "cli/builder.hpp"
#include "commands/role/role.hpp"
#include "commands/role/scope.hpp"
#include "commands/shared/imperative.hpp"

namespace acctl {

namespace {

struct CreateRole {
  EditOptions edit;
  std::string key;
  std::string name;
  std::string description;
  std::string scope;
  std::vector<std::string> permissions;
};

int run(Session& session, const CreateRole& options) {
  NewObject wanted{.kind = "roles", .key = options.key, .fields = {{"name", options.name}}, .permissions = {}};
  if (!options.description.empty()) wanted.fields["description"] = options.description;
  if (!options.scope.empty()) wanted.fields["scope"] = options.scope;
  if (!options.permissions.empty()) {
    wanted.permissions = with_words({}, parse_permissions("--permission", split_words(options.permissions)));
  }
  check_new_key(wanted.kind, wanted.key);
  check_fields(wanted.kind, wanted.fields);
  return run_direct_edit(session, options.edit,
                         {.command = "role create",
                          .scope = role_scope(),
                          .change = [&](State& state, const EditContext&) { create_object(state, wanted); }});
}

}  // namespace

Command role_create_command() {
  return command<CreateRole>("create", "create a role", run)
      .describe(R"(
Creates a role in each selected tenant. Running the command again changes nothing; if the role exists with other values,
it is a conflict (exit 7) and the message names the difference.)")
      .argument("KEY", "1 to 63 of a-z, 0-9, '.', '_' and '-'", &CreateRole::key)
      .option("--name NAME", "display name", &CreateRole::name)
      .required()
      .option("--description TEXT", "purpose of the role, in one sentence", &CreateRole::description)
      .option("--scope SCOPE", "whether a grant covers this organization or the entire enterprise", &CreateRole::scope)
      .choices({"organization", "enterprise"})
      .option("--permission PERMISSION[:LEVEL]", "permission to include, such as tickets.view:group; repeatable",
              &CreateRole::permissions)
      .with(direct_edit_options, &CreateRole::edit)
      .example("acctl role create triage --name Triage --permission tickets.view,tickets.assign:group -t acme",
               "A role with two permissions, one of them limited to the user's own teams.")
      .formats(report_formats());
}

}  // namespace acctl

#include "commands/role/role.hpp"
#include "provisioning/access/role_edits.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/pack_state.hpp"

namespace acctl {

namespace {

struct CloneRole : RoleClone {
  EditOptions edit;
  std::string pack_name;
  std::vector<std::string> permission_words;
};

int run(Session& session, const CloneRole& options) {
  RoleClone wanted = options;
  wanted.permissions = parse_permissions("--permission", split_words(options.permission_words), true);
  check_new_key("roles", wanted.key);
  if (!wanted.name.empty()) check_fields("roles", {{"name", wanted.name}});
  State pack;
  if (!options.pack_name.empty()) {
    pack = state_of_pack(options.pack_name);
    wanted.pack = &pack;
    require_object(pack, "roles", wanted.source);
  }
  return run_direct_edit(session, options.edit,
                         {.command = "role clone",
                          .scope = object_scope("roles"),
                          .change = [&](State& state, const EditContext&) { clone_role(state, wanted); }});
}

}  // namespace

Command role_clone_command() {
  return command<CloneRole>("clone", "create a role as a copy of another", run)
      .describe(R"(
Creates a role with the permissions of SOURCE, with some added (+) or left out (-). With --from-pack, SOURCE
is a role of that pack; permissions that the tenant's catalogue lacks are reported, and nothing is changed.
The copy is independent: later changes to SOURCE do not reach it.)")
      .argument("SOURCE", "key of the role to copy", &CloneRole::source)
      .argument("KEY", "key of the new role", &CloneRole::key)
      .option("--name NAME", "display name (default: 'Copy of …')", &CloneRole::name)
      .option("--from-pack PACK", "take SOURCE from this pack instead of the tenant", &CloneRole::pack_name)
      .suggestions(pack_names())
      .option("--permission +P[:LEVEL]|-P", "permission to add or to leave out; repeatable",
              &CloneRole::permission_words)
      .with(direct_edit_options, &CloneRole::edit)
      .example("acctl role clone support-agent senior-agent --name 'Senior Agent' --permission +tickets.delete -t acme",
               "With one permission more.")
      .example("acctl role clone support-agent agent --from-pack helpdesk --permission=-crm.edit -t acme",
               "From a pack, with one permission less.")
      .formats(report_formats());
}

}  // namespace acctl

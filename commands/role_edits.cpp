// role create, clone, edit and delete.
#include "provisioning/access/role_edits.hpp"

#include <nlohmann/json.hpp>

#include "commands/direct_edits.hpp"
#include "commands/role.hpp"
#include "provisioning/access/pack_state.hpp"
#include "provisioning/tenants/template.hpp"

namespace acctl {

namespace {

const Scope role_scope{.kinds = {"permissions", "roles"}, .manager = {}, .users = {}};

struct CreateOptions {
  EditOptions edit;
  std::string key;
  std::string name;
  std::string description;
  std::string scope;
  std::vector<std::string> permissions;
};

int create(Session& session, const CreateOptions& options) {
  NewObject wanted{.kind = "roles", .key = options.key, .fields = {{"name", options.name}}, .permissions = {}};
  if (!options.description.empty()) wanted.fields["description"] = options.description;
  if (!options.scope.empty()) wanted.fields["scope"] = options.scope;
  if (!options.permissions.empty()) {
    wanted.permissions = with_words({}, parse_permissions("--permission", split_words(options.permissions)));
  }
  check_new_key(wanted.kind, wanted.key);
  check_fields(wanted.kind, wanted.fields);
  return run_direct_edit(session, options.edit,
                         {.command = "role create", .scope = role_scope, .change = [&](State& state, const Ground&) {
                            create_object(state, wanted);
                          }});
}

struct CloneOptions {
  EditOptions edit;
  std::string source;
  std::string key;
  std::string name;
  std::string pack;
  std::vector<std::string> permissions;
};

int clone(Session& session, const CloneOptions& options) {
  RoleClone wanted{.source = options.source,
                   .key = options.key,
                   .name = options.name,
                   .permissions = parse_permissions("--permission", split_words(options.permissions), true)};
  check_new_key("roles", wanted.key);
  if (!wanted.name.empty()) check_fields("roles", {{"name", wanted.name}});
  State pack;
  if (!options.pack.empty()) {
    pack = state_of_pack(options.pack);
    wanted.pack = &pack;
    require_object(pack, "roles", wanted.source);
  }
  return run_direct_edit(session, options.edit,
                         {.command = "role clone", .scope = role_scope, .change = [&](State& state, const Ground&) {
                            clone_role(state, wanted);
                          }});
}

struct RoleEditOptions {
  EditOptions edit;
  std::string key;
  std::string name;
  std::string description;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

int edit(Session& session, const RoleEditOptions& options) {
  GivenFields fields;
  if (session.given("--name")) fields["name"] = options.name;
  add_if_given(session, "--description", options.description, fields, "description");
  check_fields("roles", fields);
  const std::vector<PermissionWord> words = permission_changes(options.add, options.remove);
  if (fields.empty() && words.empty()) throw_nothing_to_edit();
  return run_direct_edit(session, options.edit,
                         {.command = "role edit", .scope = role_scope, .change = [&](State& state, const Ground&) {
                            change_fields(state, "roles", options.key, fields);
                            change_permissions(state, "roles", options.key, words);
                          }});
}

struct DeleteOptions {
  EditOptions edit;
  std::vector<std::string> keys;
  std::string reassign_to;
};

int remove(Session& session, const DeleteOptions& options) {
  Scope scope = role_scope;
  scope.holders_of_roles = {options.keys.begin(), options.keys.end()};
  // Who has it afterwards has to be found again.
  if (!options.reassign_to.empty()) scope.holders_of_roles.insert(options.reassign_to);
  return run_direct_edit(session, options.edit,
                         {.command = "role delete", .scope = scope, .change = [&](State& state, const Ground& ground) {
                            delete_roles(state, options.keys, options.reassign_to, ground.notes);
                          }});
}

}  // namespace

Command role_create_command() {
  auto options = std::make_shared<CreateOptions>();
  return {
      .name = "create",
      .summary = "create a role",
      .description =
          "Creates a role in the tenants named. The same call again changes nothing; where the role is there with "
          "other "
          "arguments it is a conflict (exit 7) that names the difference.",
      .arguments = {{.name = "KEY", .help = "1 to 63 of a-z, 0-9, '.', '_' and '-'", .target = &options->key}},
      .options = joined({{{.name = "--name",
                           .value = "NAME",
                           .help = "name as displayed",
                           .target = &options->name,
                           .required = true},
                          {.name = "--description",
                           .value = "TEXT",
                           .help = "whom it is for, in one sentence",
                           .target = &options->description},
                          {.name = "--scope",
                           .value = "SCOPE",
                           .help = "whether a grant reaches this organization or the entire enterprise",
                           .target = &options->scope,
                           .choices = {"organization", "enterprise"}},
                          {.name = "--permission",
                           .value = "PERMISSION[:LEVEL]",
                           .help = "what it gives, such as tickets.view:group; repeatable",
                           .target = &options->permissions}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role create triage --name Triage --permission tickets.view,tickets.assign:group -t acme",
                    "A role with two permissions, one of them for the user's own teams."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return create(session, *options); },
      .storage = options,
  };
}

Command role_clone_command() {
  auto options = std::make_shared<CloneOptions>();
  return {
      .name = "clone",
      .summary = "create a role as a copy of another",
      .description =
          "Creates a role that gives what SOURCE gives, with permissions added (+) and left out (-). With --from-pack "
          "SOURCE is a role of that pack; permissions that the tenant's catalogue lacks are named, and nothing is "
          "changed. The copy goes its own way: later changes of SOURCE do not reach it.",
      .arguments = {{.name = "SOURCE", .help = "key of the role to copy", .target = &options->source},
                    {.name = "KEY", .help = "key of the new role", .target = &options->key}},
      .options = joined({{{.name = "--name",
                           .value = "NAME",
                           .help = "name as displayed; at first 'Copy of …'",
                           .target = &options->name},
                          {.name = "--from-pack",
                           .value = "PACK",
                           .help = "take SOURCE from this pack instead of the tenant",
                           .target = &options->pack,
                           .suggestions = pack_names()},
                          {.name = "--permission",
                           .value = "+P[:LEVEL]|-P",
                           .help = "add a permission, or leave one out; repeatable",
                           .target = &options->permissions}},
                         direct_edit_options(options->edit)}),
      .examples =
          {{"acctl role clone support-agent senior-agent --name 'Senior Agent' --permission +tickets.delete -t acme",
            "With one permission more."},
           {"acctl role clone support-agent agent --from-pack helpdesk --permission=-crm.edit -t acme",
            "From a pack, with one permission less."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return clone(session, *options); },
      .storage = options,
  };
}

Command role_edit_command() {
  auto options = std::make_shared<RoleEditOptions>();
  return {
      .name = "edit",
      .summary = "change a role's name, description or permissions",
      .description =
          "Changes what is given and leaves the rest. Where somebody loses a permission the plan is shown and asked "
          "about.",
      .arguments = {{.name = "ROLE", .help = "key of the role", .target = &options->key}},
      .options = joined({{{.name = "--name", .value = "NAME", .help = "name as displayed", .target = &options->name},
                          {.name = "--description",
                           .value = "TEXT",
                           .help = "whom it is for",
                           .target = &options->description,
                           .clears = true}},
                         permission_change_options(options->add, options->remove),
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role edit triage --add-permission tickets.edit:group -t acme", "Gives more: no question."},
                   {"acctl role edit triage --remove-permission tickets.assign --match plan=pro",
                    "Takes something away in many tenants, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return edit(session, *options); },
      .storage = options,
  };
}

Command role_delete_command() {
  auto options = std::make_shared<DeleteOptions>();
  return {
      .name = "delete",
      .summary = "delete roles",
      .description =
          "Deletes roles that nobody has; else it says who has them. With --reassign-to those users get another role "
          "in "
          "the same run, for as long as they had this one. System roles stay.",
      .arguments = {{.name = "ROLE", .help = "keys of the roles", .target = &options->keys}},
      .options = joined({{{.name = "--reassign-to",
                           .value = "ROLE",
                           .help = "give those who have one of them this role instead",
                           .target = &options->reassign_to}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role delete triage -t acme", "Shows the plan and asks."},
                   {"acctl role delete triage --reassign-to support-agent -t acme --yes",
                    "Whoever had it is an agent now."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return remove(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

// role-template create, edit, delete, assign and unassign.
#include "commands/role_template/role_template.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/role_edits.hpp"

namespace acctl {

namespace {

const Scope template_scope{.kinds = {"permissions", "role_templates"}, .manager = {}, .users = {}};

struct TemplateOptions {
  EditOptions edit;
  std::string key;
  std::vector<std::string> keys;
  std::vector<std::string> emails;
  std::string name;
  std::string description;
  std::vector<std::string> permissions;
  std::vector<std::string> add;
  std::vector<std::string> remove;
  std::string reassign_to;
};

int create(Session& session, const TemplateOptions& options) {
  NewObject wanted{.kind = "role_templates", .key = options.key, .fields = {{"name", options.name}}, .permissions = {}};
  if (!options.description.empty()) wanted.fields["description"] = options.description;
  if (!options.permissions.empty()) {
    wanted.permissions = with_words({}, parse_permissions("--permission", split_words(options.permissions)));
  }
  check_new_key(wanted.kind, wanted.key);
  check_fields(wanted.kind, wanted.fields);
  return run_direct_edit(session, options.edit,
                         {.command = "role-template create",
                          .scope = template_scope,
                          .change = [&](State& state, const EditContext&) { create_object(state, wanted); }});
}

int edit(Session& session, const TemplateOptions& options) {
  GivenFields fields;
  if (session.given("--name")) fields["name"] = options.name;
  add_if_given(session, "--description", options.description, fields, "description");
  check_fields("role_templates", fields);
  const std::vector<PermissionWord> words = permission_changes(options.add, options.remove);
  if (fields.empty() && words.empty()) throw_nothing_to_edit();
  return run_direct_edit(
      session, options.edit,
      {.command = "role-template edit", .scope = template_scope, .change = [&](State& state, const EditContext&) {
         change_fields(state, "role_templates", options.key, fields);
         change_permissions(state, "role_templates", options.key, words);
       }});
}

int remove(Session& session, const TemplateOptions& options) {
  Scope scope = template_scope;
  scope.holders_of_templates = {options.keys.begin(), options.keys.end()};
  // Who has it afterwards has to be found again.
  if (!options.reassign_to.empty()) scope.holders_of_templates.insert(options.reassign_to);
  return run_direct_edit(
      session, options.edit,
      {.command = "role-template delete", .scope = scope, .change = [&](State& state, const EditContext& ground) {
         delete_role_templates(state, options.keys, options.reassign_to, ground.notes);
       }});
}

// `key` "" takes away what they have.
int assign(Session& session, const TemplateOptions& options, const std::string& key) {
  const std::vector<std::string> emails = emails_of(options.emails);
  Scope scope{.kinds = {"role_templates"}, .manager = {}, .users = {emails.begin(), emails.end()}};
  return run_direct_edit(
      session, options.edit,
      {.command = key.empty() ? "role-template unassign" : "role-template assign",
       .scope = scope,
       .change = [&](State& state,
                     const EditContext& ground) { assign_role_template(state, key, ground.people, ground.near); },
       .people = emails,
       .skip_absent = key.empty()});
}

}  // namespace

Command role_template_create_command() {
  auto options = std::make_shared<TemplateOptions>();
  return {
      .name = "create",
      .summary = "create a role template",
      .description =
          "Creates a role template in the tenants named. The same call again changes nothing; where it is there with "
          "other arguments it is a conflict (exit 7) that names the difference.",
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
                          {.name = "--permission",
                           .value = "PERMISSION[:LEVEL]",
                           .help = "what it gives, such as tickets.view:group; repeatable",
                           .target = &options->permissions}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role-template create night-shift --name 'Night shift' --permission tickets.assign:global -t "
                    "acme",
                    "For those who work nights."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return create(session, *options); },
      .storage = options,
  };
}

Command role_template_edit_command() {
  auto options = std::make_shared<TemplateOptions>();
  return {
      .name = "edit",
      .summary = "change a role template's name, description or permissions",
      .description =
          "Changes what is given and leaves the rest; it reaches all who have the template. Where somebody loses a "
          "permission the plan is shown and asked about.",
      .arguments = {{.name = "TEMPLATE", .help = "key of the role template", .target = &options->key}},
      .options = joined({{{.name = "--name", .value = "NAME", .help = "name as displayed", .target = &options->name},
                          {.name = "--description",
                           .value = "TEXT",
                           .help = "whom it is for",
                           .target = &options->description,
                           .clears = true}},
                         permission_change_options(options->add, options->remove),
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role-template edit night-shift --remove-permission tickets.assign -t acme",
                    "Shows who loses it, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return edit(session, *options); },
      .storage = options,
  };
}

Command role_template_delete_command() {
  auto options = std::make_shared<TemplateOptions>();
  return {
      .name = "delete",
      .summary = "delete role templates",
      .description =
          "Deletes role templates that nobody has; else it says who has them. With --reassign-to those users get "
          "another "
          "one in the same run.",
      .arguments = {{.name = "TEMPLATE", .help = "keys of the role templates", .target = &options->keys}},
      .options = joined({{{.name = "--reassign-to",
                           .value = "TEMPLATE",
                           .help = "give those who have one of them this template instead",
                           .target = &options->reassign_to}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl role-template delete night-shift --reassign-to manager -t acme",
                    "Shows the plan and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return remove(session, *options); },
      .storage = options,
  };
}

Command role_template_assign_command() {
  auto options = std::make_shared<TemplateOptions>();
  return {
      .name = "assign",
      .summary = "give users a role template",
      .description =
          "Gives users a role template in place of the one they may have; where somebody loses a permission by that, "
          "the "
          "plan is shown and asked about.",
      .arguments = {{.name = "TEMPLATE", .help = "key of the role template", .target = &options->key},
                    {.name = "EMAIL", .help = "the users", .target = &options->emails}},
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl role-template assign manager ana@acme.example ben@acme.example -t acme", "Two users."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return assign(session, *options, options->key); },
      .storage = options,
  };
}

Command role_template_unassign_command() {
  auto options = std::make_shared<TemplateOptions>();
  return {
      .name = "unassign",
      .summary = "take the role template from users",
      .description = "Takes from users the role template they have; the plan shows what they lose, and is asked about.",
      .arguments = {{.name = "EMAIL", .help = "the users", .target = &options->emails}},
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl role-template unassign ana@acme.example -t acme", "Shows what she loses, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return assign(session, *options, ""); },
      .storage = options,
  };
}

}  // namespace acctl

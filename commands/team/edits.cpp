// team create, edit, delete, add and remove.
#include "commands/shared/imperative.hpp"
#include "commands/team/team.hpp"
#include "provisioning/access/team_edits.hpp"

namespace acctl {

namespace {

struct TeamOptions {
  EditOptions edit;
  std::string key;
  std::vector<std::string> keys;
  std::vector<std::string> emails;
  std::string name;
  std::string description;
  std::string assignment;
  std::optional<std::int64_t> capacity;
  bool no_capacity = false;
  std::string notify;
};

std::vector<Option> field_options(TeamOptions& options) {
  return {{.name = "--description",
           .value = "TEXT",
           .help = "what it works on, in one sentence",
           .target = &options.description},
          {.name = "--assignment",
           .value = "WAY",
           .help = "how work that reaches the team finds a member",
           .target = &options.assignment,
           .choices = {"manual", "round_robin", "least_loaded"}},
          {.name = "--capacity",
           .value = "N",
           .help = "open tickets and items that a member is given at most",
           .target = &options.capacity},
          {.name = "--notify",
           .value = "YES|NO",
           .help = "whether members are told of new work",
           .target = &options.notify,
           .choices = {"yes", "no"}}};
}

// Who edits may take the description away; who creates a team has none to take.
std::vector<Option> clearing_description(std::vector<Option> options) {
  std::ranges::find(options, "--description", &Option::name)->clears = true;
  return options;
}

GivenFields fields_of(const TeamOptions& options) {
  GivenFields fields;
  if (!options.description.empty()) fields["description"] = options.description;
  if (!options.assignment.empty()) fields["assignment"] = options.assignment;
  if (options.capacity) fields["capacity"] = *options.capacity;
  if (!options.notify.empty()) fields["notify"] = options.notify == "yes";
  return fields;
}

int create(Session& session, const TeamOptions& options) {
  NewObject wanted{.kind = "teams", .key = options.key, .fields = fields_of(options), .permissions = {}};
  wanted.fields["name"] = options.name;
  check_new_key(wanted.kind, wanted.key);
  check_fields(wanted.kind, wanted.fields);
  return run_direct_edit(session, options.edit,
                         {.command = "team create",
                          .scope = {.kinds = {"teams"}},
                          .change = [&](State& state, const EditContext&) { create_object(state, wanted); }});
}

int edit(Session& session, const TeamOptions& options) {
  GivenFields fields = fields_of(options);
  if (session.given("--name")) fields["name"] = options.name;
  add_if_given(session, "--description", options.description, fields, "description");
  if (options.no_capacity) {
    if (options.capacity) throw Error(ErrorKind::invalid, "--capacity and --no-capacity exclude each other");
    fields["capacity"] = nullptr;
  }
  check_fields("teams", fields);
  if (fields.empty()) throw_nothing_to_edit();
  return run_direct_edit(
      session, options.edit,
      {.command = "team edit", .scope = {.kinds = {"teams"}}, .change = [&](State& state, const EditContext&) {
         change_fields(state, "teams", options.key, fields);
       }});
}

int remove(Session& session, const TeamOptions& options) {
  // Its members are read, so that the plan says who leaves.
  Scope scope{.kinds = {"teams"}, .teams = {options.keys.begin(), options.keys.end()}};
  return run_direct_edit(
      session, options.edit,
      {.command = "team delete", .scope = scope, .change = [&](State& state, const EditContext& ground) {
         delete_teams(state, options.keys, ground.notes);
       }});
}

using MemberEdit = void (*)(State&, const std::string&, const std::vector<std::string>&, const SuggestUsers&);

int change_members(Session& session, const TeamOptions& options, const std::string& command, MemberEdit change,
                   bool skip_absent) {
  const std::vector<std::string> emails = emails_of(options.emails);
  Scope scope{.kinds = {"teams"}, .users = {emails.begin(), emails.end()}, .teams = {options.key}};
  return run_direct_edit(
      session, options.edit,
      {.command = command,
       .scope = scope,
       .change = [&](State& state,
                     const EditContext& ground) { change(state, options.key, ground.people, ground.near); },
       .people = emails,
       .skip_absent = skip_absent});
}

std::vector<Argument> member_arguments(TeamOptions& options) {
  return {{.name = "TEAM", .help = "key of the team", .target = &options.key},
          {.name = "EMAIL", .help = "the users", .target = &options.emails}};
}

}  // namespace

Command team_create_command() {
  auto options = std::make_shared<TeamOptions>();
  return {
      .name = "create",
      .summary = "create a team",
      .description =
          "Creates a team in the tenants named, without members. The same call again changes nothing; where the team "
          "is "
          "there with other arguments it is a conflict (exit 7) that names the difference.",
      .arguments = {{.name = "KEY", .help = "1 to 63 of a-z, 0-9, '.', '_' and '-'", .target = &options->key}},
      .options = joined({{{.name = "--name",
                           .value = "NAME",
                           .help = "name as displayed",
                           .target = &options->name,
                           .required = true}},
                         field_options(*options),
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl team create tier-1 --name 'Tier 1' --assignment round_robin --capacity 20 -t acme",
                    "Each member gets up to 20 at a time, in turn."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return create(session, *options); },
      .storage = options,
  };
}

Command team_edit_command() {
  auto options = std::make_shared<TeamOptions>();
  return {
      .name = "edit",
      .summary = "change a team",
      .description = "Changes what is given and leaves the rest.",
      .arguments = {{.name = "TEAM", .help = "key of the team", .target = &options->key}},
      .options = joined({{{.name = "--name", .value = "NAME", .help = "name as displayed", .target = &options->name}},
                         clearing_description(field_options(*options)),
                         {{.name = "--no-capacity",
                           .value = "",
                           .help = "no limit of what a member is given",
                           .target = &options->no_capacity}},
                         direct_edit_options(options->edit)}),
      .examples = {{"acctl team edit tier-1 --capacity 30 --notify no -t acme", "More work, fewer messages."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return edit(session, *options); },
      .storage = options,
  };
}

Command team_delete_command() {
  auto options = std::make_shared<TeamOptions>();
  return {
      .name = "delete",
      .summary = "delete teams",
      .description = "Deletes teams; their members stay users. The plan is shown and asked about.",
      .arguments = {{.name = "TEAM", .help = "keys of the teams", .target = &options->keys}},
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl team delete tier-1 -t acme", "Shows the plan and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return remove(session, *options); },
      .storage = options,
  };
}

Command team_add_command() {
  auto options = std::make_shared<TeamOptions>();
  return {
      .name = "add",
      .summary = "add users to a team",
      .description = "Adds users to a team. It changes nothing of what they may do.",
      .arguments = member_arguments(*options),
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl team add tier-1 ana@acme.example ben@acme.example -t acme", "Two users."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return change_members(session, *options, "team add", add_members, false); },
      .storage = options,
  };
}

Command team_remove_command() {
  auto options = std::make_shared<TeamOptions>();
  return {
      .name = "remove",
      .summary = "remove users from a team",
      .description = "Removes users from a team. The plan is shown and asked about.",
      .arguments = member_arguments(*options),
      .options = direct_edit_options(options->edit),
      .examples = {{"acctl team remove tier-1 ana@acme.example -t acme", "Shows the plan and asks."}},
      .formats = report_formats(),
      .run = [options](
                 Session& session) { return change_members(session, *options, "team remove", remove_members, true); },
      .storage = options,
  };
}

}  // namespace acctl

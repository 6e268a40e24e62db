// user sync.
#include "commands/direct_edits.hpp"
#include "commands/user.hpp"
#include "provisioning/access/directory.hpp"
#include "provisioning/access/invitee_file.hpp"

namespace acctl {

namespace {

struct SyncOptions {
  EditOptions edit;
  std::string file;
  std::vector<std::string> roles;
  std::string idp = "local";
  bool reactivate = false;
};

Scope everybody() {
  Scope scope{.kinds = {"roles", "role_templates", "permissions"}, .manager = {}};
  scope.everybody = true;
  return scope;
}

void require_keys(const State& state, const std::vector<Invitee>& people) {
  for (const Invitee& person : people) {
    for (const std::string& role : person.roles) require_object(state, "roles", role);
    if (!person.role_template.empty()) require_object(state, "role_templates", person.role_template);
  }
}

int sync(Session& session, const SyncOptions& options) {
  Invitee model{.email = {}, .name = {}, .roles = split_words(options.roles)};
  model.idp = options.idp;
  const std::vector<Invitee> people = read_invitees(options.file, model);
  check_invitees(people);
  if (people.empty()) {
    throw Error(ErrorKind::invalid, "the list is empty; that would suspend everybody of the directory",
                "Give the whole list of people.");
  }
  const DirectoryOptions directory{.caps = guards_of(options.edit).max_removals, .reactivate = options.reactivate};
  return run_direct_edit(
      session, options.edit,
      {.command = "user sync", .scope = everybody(), .change = [&](State& state, const Ground& ground) {
         require_keys(state, people);
         reconcile(state, ground.renames, people, directory, ground.notes);
       }});
}

}  // namespace

Command user_sync_command() {
  auto options = std::make_shared<SyncOptions>();
  std::vector<Option> own = {
      {.name = "--file",
       .value = "FILE",
       .help = "the directory's list as CSV, - for standard input",
       .target = &options->file,
       .letter = 'f',
       .required = true,
       .values = Values::file},
      {.name = "--role", .value = "ROLE", .help = "what new users begin with; repeatable", .target = &options->roles},
      {.name = "--idp",
       .value = "PROVIDER",
       .help = "identity provider that the external ids are of",
       .target = &options->idp,
       .choices = {"local", "entra", "google", "okta", "duo", "saml", "oidc"}},
      {.name = "--reactivate",
       .value = "",
       .help = "let back who is in the list and suspended",
       .target = &options->reactivate}};
  return {
      .name = "sync",
      .summary = "reconcile users with a directory's list",
      .description =
          "Compares users with a list of people, as a directory exports it: CSV with the columns of 'acctl user invite "
          "--file'. People are matched by external id, then by address. Who is new is invited with the role of the "
          "option or the row; who is known gets the row's address, name and details, and keeps the roles; who came "
          "from "
          "the directory and is gone is suspended, up to the cap of --max-removals. Users who never were in the list "
          "are left alone. The same list again changes nothing.",
      .options = joined({own, direct_edit_options(options->edit)}),
      .examples = {{"acctl user sync -f directory.csv --role support-agent --idp entra -t acme",
                    "Shows the plan first."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return sync(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

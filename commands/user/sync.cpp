// user sync.
#include <map>
#include <mutex>

#include "commands/shared/imperative.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/directory_sync.hpp"
#include "provisioning/access/invitee_file.hpp"

namespace acctl {

namespace {

struct SyncOptions {
  EditOptions edit;
  std::string file;
  std::vector<std::string> roles;
  std::string idp = "local";
  bool reactivate = false;
  std::string on_conflict = "fail";
};

Scope everybody() {
  Scope scope{.kinds = {"roles", "role_templates", "permissions"}, .manager = {}};
  scope.everybody = true;
  return scope;
}

// What the list and each tenant do not agree on; several threads tell of it, the last word on a tenant counts.
class Conflicts {
 public:
  void set(const std::string& tenant, std::vector<RowConflict> rows) {
    const std::lock_guard lock(mutex_);
    of_tenant_[tenant] = std::move(rows);
  }

  // `rows`: of the list; where others than these conflict it is a mixture.
  void throw_any(std::size_t rows) const {
    std::vector<Diagnostic> all;
    bool mixture = false;
    for (const auto& [tenant, conflicts] : of_tenant_) {
      mixture |= conflicts.size() < rows;
      for (const RowConflict& conflict : conflicts) {
        const std::string where = of_tenant_.size() > 1 ? "tenant " + tenant + ": " : "";
        all.push_back({conflict.place.file, conflict.place.line, conflict.place.column, where + conflict.message});
      }
    }
    if (all.empty()) return;
    const std::string hint =
        "Correct the external id or the address, in the list or with 'acctl user edit'; with --on-conflict replace "
        "the old account is suspended and the person of the list gets the address.";
    if (!mixture && all.size() == 1) throw Error(ErrorKind::conflict, all.front().message, hint);
    const bool one = all.size() == 1;
    const std::string message = std::to_string(all.size()) + (one ? " row gives an address" : " rows give addresses") +
                                " to other people than the tenant; nothing was changed for " + (one ? "it" : "them");
    throw Error(mixture ? ErrorKind::partial : ErrorKind::conflict, message, hint, std::move(all));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<RowConflict>> of_tenant_;
};

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
  const DirectoryOptions directory{.caps = guards_of(options.edit).max_removals,
                                   .reactivate = options.reactivate,
                                   .replace = options.on_conflict == "replace"};
  Conflicts conflicts;
  const int status = run_direct_edit(
      session, options.edit,
      {.command = "user sync", .scope = everybody(), .change = [&](State& state, const EditContext& ground) {
         require_keys(state, people);
         conflicts.set(ground.tenant.slug, reconcile(state, ground.renames, people, directory, ground.notes));
       }});
  conflicts.throw_any(people.size());
  return status;
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
       .target = &options->reactivate},
      {.name = "--on-conflict",
       .value = "WHAT",
       .help = "what to do if an address belongs to a user with another external id: report it, or suspend that user "
               "and give the address to the person of the list (default: fail)",
       .target = &options->on_conflict,
       .choices = {"fail", "replace"}}};
  return {
      .name = "sync",
      .summary = "reconcile users with a directory's list",
      .description =
          "Compares users with a list of people, as a directory exports it: CSV with the columns of 'acctl user invite "
          "--file'. People are matched by external id, then by address. Who is new is invited with the role of the "
          "option or the row; who is known gets the row's address, name and details, and keeps the roles; who came "
          "from "
          "the directory and is gone is suspended, up to the cap of --max-removals. Users who never were in the list "
          "are left alone. The same list again changes nothing.\n\nAn account is never handed over: a row "
          "whose address belongs to a user with another external id, of the same or another provider, is reported "
          "with both and left out (exit code 7, or 6 if other rows are done). With --on-conflict replace the old "
          "account is suspended and kept under an address that receives no mail, and the person of the list gets the "
          "address: as a new user, who is invited, or as the user who has the external id.",
      .options = joined({own, direct_edit_options(options->edit)}),
      .examples = {{"acctl user sync -f directory.csv --role support-agent --idp entra -t acme",
                    "Shows the plan first."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return sync(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

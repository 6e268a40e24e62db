#include <map>
#include <mutex>

#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/identity_providers.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/directory_sync.hpp"
#include "provisioning/access/invitee_file.hpp"

namespace acctl {

namespace {

struct SyncUsers {
  EditOptions edit;
  std::string file;
  std::vector<std::string> roles;
  std::string idp = "local";
  bool reactivate = false;
  std::string on_conflict = "fail";
};

Scope all_users_scope() {
  Scope scope{.kinds = {"roles", "role_templates", "permissions"}, .manager = {}};
  scope.everybody = true;
  return scope;
}

// The rows that conflict with users, by tenant. Several threads plan, and a tenant may be planned more than once: the
// last call for a tenant counts.
class SyncConflicts {
 public:
  void set(const std::string& tenant, std::vector<RowConflict> rows) {
    const std::lock_guard lock(mutex_);
    by_tenant_[tenant] = std::move(rows);
  }

  // Throws Error(conflict) if all `rows` of the file conflict, Error(partial) if others were applied.
  void throw_any(std::size_t rows) const {
    std::vector<Diagnostic> all;
    bool mixture = false;
    for (const auto& [tenant, conflicts] : by_tenant_) {
      mixture |= conflicts.size() < rows;
      for (const RowConflict& conflict : conflicts) {
        const std::string where = by_tenant_.size() > 1 ? "tenant " + tenant + ": " : "";
        all.push_back({conflict.place.file, conflict.place.line, conflict.place.column, where + conflict.message});
      }
    }
    if (all.empty()) return;
    const std::string hint =
        "Correct the external ID or the address, in the file or with 'acctl user edit'. To suspend the old account and "
        "give its address to the person in the file, use --on-conflict replace.";
    if (!mixture && all.size() == 1) throw Error(ErrorKind::conflict, all.front().message, hint);
    const std::string message =
        all.size() == 1 ? "1 row assigns the address of another user and was skipped"
                        : std::to_string(all.size()) + " rows assign addresses of other users and were skipped";
    throw Error(mixture ? ErrorKind::partial : ErrorKind::conflict, message, hint, std::move(all));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<RowConflict>> by_tenant_;
};

void require_roles_and_templates(const State& state, const std::vector<Invitee>& people) {
  for (const Invitee& person : people) {
    for (const std::string& role : person.roles) require_object(state, "roles", role);
    if (!person.role_template.empty()) require_object(state, "role_templates", person.role_template);
  }
}

int run(Session& session, const SyncUsers& options) {
  Invitee model{.email = {}, .name = {}, .roles = split_words(options.roles)};
  model.idp = options.idp;
  const std::vector<Invitee> people = read_invitees(options.file, model);
  check_invitees(people);
  if (people.empty()) {
    throw Error(ErrorKind::invalid, "the list is empty; it would suspend every user from the directory",
                "Give the complete list of users.");
  }
  const DirectoryOptions directory{.caps = guards_of(options.edit).max_removals,
                                   .reactivate = options.reactivate,
                                   .replace = options.on_conflict == "replace"};
  SyncConflicts conflicts;
  const auto change = [&](State& state, const EditContext& context) {
    require_roles_and_templates(state, people);
    conflicts.set(context.tenant.slug, reconcile(state, context.renames, people, directory, context.notes));
  };
  const int status =
      run_direct_edit(session, options.edit, {.command = "user sync", .scope = all_users_scope(), .change = change});
  conflicts.throw_any(people.size());
  return status;
}

}  // namespace

Command user_sync_command() {
  return command<SyncUsers>("sync", "reconcile users with a list exported from a directory", run)
      .describe(R"(
Compares the users with a CSV file exported from a directory; the columns are those of 'acctl user invite --file'. Rows
are matched by external ID, then by address. New users are invited with the role of the row or of the option. Known
users get the address, name and details of the row and keep their roles. Users who came from the directory and are no
longer in the file are suspended, up to the limit of --max-removals; users who were never in the directory are left
alone. Running the command again with the same file changes nothing.

An account is never handed over. A row whose address belongs to a user with another external ID, from the same or
another provider, is reported with both IDs and skipped (exit 7, or 6 if other rows were applied). With --on-conflict
replace, the old account is suspended and kept under an address that receives no email, and its address goes to the
person in the file: to a new user, who is invited, or to the user who has the external ID.)")
      .option("-f, --file FILE", "directory export as CSV; - for standard input", &SyncUsers::file)
      .required()
      .values(Values::file)
      .option("--role ROLE", "role to grant to new users; repeatable", &SyncUsers::roles)
      .option("--idp PROVIDER", "identity provider that issued the external IDs (default: local)", &SyncUsers::idp)
      .choices(identity_providers())
      .option("--reactivate", "reactivate suspended users who are in the list", &SyncUsers::reactivate)
      .option("--on-conflict ACTION",
              "if another account has the address: report the row, or suspend that account (default: fail)",
              &SyncUsers::on_conflict)
      .choices({"fail", "replace"})
      .with(direct_edit_options, &SyncUsers::edit)
      .example("acctl user sync -f directory.csv --role support-agent --idp entra -t acme", "Show the plan and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/rows_elsewhere.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/directory_reach.hpp"
#include "provisioning/access/directory_sync.hpp"
#include "provisioning/access/invitee_checks.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/access/user_queries.hpp"
#include "provisioning/plan/document_renames.hpp"

namespace acctl {

namespace {

struct SyncUsers {
  EditOptions edit;
  std::string file;
  std::vector<std::string> ignored_columns;
  std::vector<std::string> roles;
  std::string idp = "local";
  bool reactivate = false;
  bool all_or_nothing = false;
  std::string on_conflict = "fail";
};

// Whoever acts as a user (`as`) may not see what documents name people.
Scope all_users_scope(const std::string& as) {
  Scope scope{.kinds = {"roles", "role_templates", "permissions", "teams"}, .manager = {}};
  scope.everybody = true;
  if (as.empty()) add_naming_documents(scope, "users");
  return scope;
}

bool takes_address(const RowConflict& row) { return row.fault == RowFault::address; }

std::string hint_for_rows(const std::vector<RowConflict>& rows) {
  if (std::ranges::none_of(rows, takes_address)) return "Correct these rows and run the command again.";
  return "Correct the external ID or the address, in the file or with 'acctl user edit'. To suspend the old account and "
         "give its address to the person in the file, use --on-conflict replace.";
}

// "1 row assigns the address of another user"
std::string describe_rows(const std::vector<RowConflict>& rows) {
  const std::string number = std::to_string(rows.size());
  if (std::ranges::all_of(rows, takes_address)) {
    return rows.size() == 1 ? "1 row assigns the address of another user"
                            : number + " rows assign addresses of other users";
  }
  return rows.size() == 1 ? "1 row cannot be carried out" : number + " rows cannot be carried out";
}

// What is wrong if no row is applied.
ErrorKind kind_of_rows(const std::vector<RowConflict>& rows) {
  const bool input = std::ranges::all_of(
      rows, [](const RowConflict& row) { return row.fault == RowFault::reference || row.fault == RowFault::value; });
  return input ? ErrorKind::invalid : ErrorKind::conflict;
}

std::vector<Diagnostic> to_diagnostics(const std::vector<RowConflict>& rows, const std::string& where = "") {
  std::vector<Diagnostic> all;
  for (const auto& [place, message, fault] : rows) {
    all.push_back({place.file, place.line, place.column, where + message});
  }
  return all;
}

// The rows that were skipped while others were applied, by tenant. Several threads plan, and a tenant may be planned
// more than once: the last call for a tenant counts.
class SkippedRows {
 public:
  void set(const std::string& tenant, std::vector<RowConflict> rows) {
    const std::lock_guard lock(mutex_);
    by_tenant_[tenant] = std::move(rows);
  }

  // Throws Error(partial) if there are any.
  void throw_any() const {
    std::vector<Diagnostic> all;
    std::vector<RowConflict> rows;
    for (const auto& [tenant, skipped] : by_tenant_) {
      const std::string where = by_tenant_.size() > 1 ? "tenant " + tenant + ": " : "";
      std::ranges::move(to_diagnostics(skipped, where), std::back_inserter(all));
      std::ranges::copy(skipped, std::back_inserter(rows));
    }
    if (rows.empty()) return;
    throw Error(ErrorKind::partial, describe_rows(rows) + (rows.size() == 1 ? " and was skipped" : " and were skipped"),
                hint_for_rows(rows), std::move(all));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<RowConflict>> by_tenant_;
};

// One list for all tenants, and what each of them does with it.
class Synchronization {
 public:
  explicit Synchronization(const SyncUsers& options)
      : options_(options), roles_(split_words(options.roles)), text_(read_invitee_text(options.file)) {
    parse();
    if (people_.empty()) {
      throw Error(ErrorKind::invalid, "the list is empty; it would suspend every user from the directory",
                  "Give the complete list of users.");
    }
    by_tenant_ = std::ranges::any_of(people_, [](const Invitee& person) { return !person.tenant.empty(); });
  }

  void change(State& state, const EditContext& context) {
    if (people_.empty()) parse();
    for (const std::string& role : roles_) require_object(state, "roles", role);
    std::optional<std::vector<Invitee>> own;
    if (by_tenant_) own = own_people(context.tenant.slug);
    const std::vector<Invitee>& people = own ? *own : people_;
    DirectoryOptions directory{.caps = read_guard_options(options_.edit).max_removals,
                               .reactivate = options_.reactivate,
                               .replace = options_.on_conflict == "replace"};
    if (options_.reactivate) directory.signed_up = signed_up(context.database, suspended_in(state));
    if (const auto others = managed_elsewhere(state); !others.empty()) {
      directory.taken_over = listed_by_directory(context.database, others);
    }
    std::vector<RowConflict> skipped = reconcile(state, context.renames, people, directory, context.notes);
    follow_in_documents(state, context.renames);
    // With none of its rows the list would only suspend people.
    if (!skipped.empty() && (options_.all_or_nothing || skipped.size() == people.size())) {
      throw Error(kind_of_rows(skipped),
                  skipped.size() == 1 ? skipped.front().message : describe_rows(skipped) + "; nothing was changed",
                  hint_for_rows(skipped), to_diagnostics(skipped));
    }
    skipped_.set(context.tenant.slug, std::move(skipped));
    if (is_alone_) std::vector<Invitee>().swap(people_);  // with its memory
  }

  // There is a single tenant, which is planned only once unless it changes in the meantime: until then the rows, which
  // are ten times as large as their text, are let go of.
  void is_for_one_tenant() { is_alone_ = true; }

  // Before the first change().
  const std::vector<Invitee>& people() const { return people_; }

  void throw_skipped() const { skipped_.throw_any(); }

 private:
  void parse() {
    Invitee model{.email = {}, .name = {}, .roles = roles_};
    model.idp = options_.idp;
    people_ = parse_invitees(text_, options_.file, model, split_words(options_.ignored_columns), InvalidRows::kept);
    mark_invalid_rows(people_);
  }

  std::vector<Invitee> own_people(const std::string& tenant) const {
    std::vector<Invitee> own = people_of_tenant(people_, tenant);
    if (own.empty()) {
      throw Error(ErrorKind::invalid,
                  "the list has nobody of tenant " + tenant + "; it would suspend every user from the directory",
                  "Give the complete list of users, or leave the tenant out.");
    }
    refuse_repetitions(own);
    return own;
  }

  template <class Wanted>
  static std::vector<std::string> find_users(const State& state, const Wanted& wanted) {
    std::vector<std::string> emails;
    for (const auto& [email, user] : all_of_kind(state, "users")) {
      if (wanted(user)) emails.push_back(email);
    }
    return emails;
  }

  static std::vector<std::string> suspended_in(const State& state) {
    return find_users(state, [](const Object& user) { return user.status == "suspended"; });
  }

  // Who may have come from the directory all the same.
  static std::vector<std::string> managed_elsewhere(const State& state) {
    return find_users(state, [](const Object& user) {
      return !user.manager.empty() && user.manager != directory_manager && user.status != "suspended";
    });
  }

  const SyncUsers& options_;
  std::vector<std::string> roles_;
  std::string text_;
  std::vector<Invitee> people_;
  bool is_alone_ = false;
  bool by_tenant_ = false;  // whether rows name tenants
  SkippedRows skipped_;
};

int run(Session& session, const SyncUsers& options) {
  Synchronization list(options);
  const auto change = [&](State& state, const EditContext& context) { list.change(state, context); };
  const auto selected = [&](Platform& platform, const std::vector<Tenant>& tenants) {
    tell_rows_elsewhere(session, platform, list.people(), tenants);
    if (tenants.size() == 1) list.is_for_one_tenant();
  };
  const int status = run_direct_edit(session, options.edit,
                                     {.command = "user sync",
                                      .scope = all_users_scope(session.settings().as),
                                      .change = change,
                                      .selected = selected,
                                      .ask = Ask::always});
  list.throw_skipped();
  return status;
}

constexpr std::string_view sync_users_text = R"(
Compares the users with a CSV file exported from a directory. Rows are matched by external ID, then by address. New
users are invited with the role of the row or of the option. Known users get the address, name and details of the row;
their teams become those of the row if it names any, and they keep their roles: if the row names others, a message says
so. Admins keep their CRM access. Users who came from the directory and
are no longer in the file, or are suspended there, are suspended, up to the limit of --max-removals, also if a
definitions file has adopted them since; users who were never in the directory are left alone. If the file names
identity providers, by --idp, a column or external IDs, users of other providers are left alone, too. Running the command again with the same file changes nothing.

The list is one set: addresses may be swapped or passed on, and the order of the rows does not matter. Rows that cannot
be carried out, because a value is not valid, a role does not exist or two rows refer to the same user, one by external
ID and one by address, are reported with their lines and skipped (exit 6); with --all-or-nothing they stop the command.
While a skipped row refers to nobody who is known, nobody is suspended for missing from the file: the row may be theirs.
If two rows for one tenant have the same address or external ID, or a row is for a tenant that does not exist, the file
is not valid and nothing is changed (exit 3). Rows of tenants that are not selected are left out and named.

An account is never handed over. A row whose address belongs to a user with another external ID, from the same or
another provider, is reported with both IDs and skipped (exit 7, or 6 if other rows were applied). With --on-conflict
replace, the old account is suspended and kept under an address that receives no email, and its address goes to the
person in the file: to a new user, who is invited, or to the user who has the external ID.)";

}  // namespace

Command user_sync_command() {
  return command<SyncUsers>("sync", "reconcile users with a list exported from a directory", run)
      .describe(std::string(sync_users_text) + "\n\n" + csv_file_text(people_columns()))
      .option("-f, --file FILE", "directory export as CSV; - for standard input", &SyncUsers::file)
      .required()
      .values(Values::file)
      .option("--ignore-columns COLUMN,…", "columns of the file to leave out; repeatable", &SyncUsers::ignored_columns)
      .option("--role ROLE", "role to grant to new users; repeatable", &SyncUsers::roles)
      .option("--idp PROVIDER", "identity provider that issued the external IDs (default: local)", &SyncUsers::idp)
      .choices(identity_providers())
      .option("--reactivate", "reactivate suspended users who are in the list", &SyncUsers::reactivate)
      .option("--all-or-nothing", "change nothing if a row cannot be carried out", &SyncUsers::all_or_nothing)
      .option("--on-conflict ACTION",
              "if another account has the address: report the row, or suspend that account (default: fail)",
              &SyncUsers::on_conflict)
      .choices({"fail", "replace"})
      .with(direct_edit_options, &SyncUsers::edit)
      .example("acctl user sync -f directory.csv --role support-agent --idp entra -t acme", "Show the plan and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include "provisioning/plan/run.hpp"

#include <algorithm>

#include "provisioning/database/read.hpp"
#include "provisioning/database/write.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/rights.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

std::string joined(const std::vector<std::string>& sentences, std::size_t most = 10) {
  std::string text;
  for (std::size_t i = 0; i < std::min(sentences.size(), most); ++i) text += (i == 0 ? "" : "; ") + sentences[i];
  if (sentences.size() > most) text += "; and " + std::to_string(sentences.size() - most) + " more";
  return text;
}

void check_identity(const Reading& reading, const Identity& identity) {
  if (reading.database != identity.database || reading.tenant != identity.id) {
    throw Error(ErrorKind::conflict, "database " + reading.database + " is not that of tenant " + identity.slug,
                "Run 'acctl tenant doctor " + identity.slug + "'.");
  }
  if (reading.epoch > identity.epoch) {
    throw Error(ErrorKind::locked, "tenant " + identity.slug + " belongs to a later run", "Run the command again.");
  }
}

Reading read_identified(Connection& tenant, const Identity& identity, const Scope& scope) {
  Reading reading = read_tenant(tenant, scope);
  check_identity(reading, identity);
  return reading;
}

// Roles and templates go only when nobody holds them any more; their holders were not read before.
void refuse_held(const State& after, const std::vector<Change>& changes) {
  std::map<std::string, std::vector<std::string>> holders;
  for (const Change& change : changes) {
    if (change.action != Action::remove) continue;
    if (change.kind == "roles" && after.contains("user_roles")) {
      for (const auto& [key, edge] : after.at("user_roles")) {
        if (key.ends_with("/" + change.key)) holders[address_of(change)].push_back(key.substr(0, key.rfind('/')));
      }
    }
    if (change.kind == "role_templates" && after.contains("users")) {
      for (const auto& [email, user] : after.at("users")) {
        const auto held = user.fields.find("role_template");
        if (held != user.fields.end() && held->second == change.key) holders[address_of(change)].push_back(email);
      }
    }
  }
  for (const auto& [what, who] : holders) {
    throw Error(ErrorKind::conflict,
                what + " cannot be removed: " + std::to_string(who.size()) +
                    (who.size() == 1 ? " user holds" : " users hold") + " it (" + joined(who, 3) + ")",
                "Take it from them first, or give them another.");
  }
}

Scope scope_of_access(const AccessScope& access) {
  Scope scope{.kinds = {"permissions", "roles", "role_templates"}, .manager = {}, .teams = {}};
  scope.users = access.users;
  scope.holders_of_roles = access.roles;
  scope.holders_of_templates = access.templates;
  return scope;
}

Error excess(const std::vector<std::string>& problems) {
  return {ErrorKind::refused, "refused: " + joined(problems, 5),
          "With --as, acctl does what this user could do in the application, and no more."};
}

// What the user on whose behalf it is may not do is neither done nor shown.
void forbid_excess(const Identity& identity, const Edit& edit, const State& before, const State& after,
                   Planned& planned) {
  const auto problems =
      exceeding(edit.record.as, identity.features, before, after, planned.plan.changes, planned.plan.effects);
  if (problems.empty()) return;
  planned.plan = {};
  planned.basis.refusal = excess(problems);
}

// Whose access `changes` change: somebody under another address gains and loses nothing.
std::vector<Effect> effects_of(const State& before, const State& after, const std::vector<Change>& changes) {
  std::vector<Change> renames;
  for (const Change& change : changes) {
    if (change.old_key() == change.key) continue;
    renames.push_back(change);
    renames.back().fields = {{"key", change.fields.at("key")}};
  }
  return renames.empty() ? effects_between(before, after) : effects_between(changed(before, renames), after);
}

// Effects and tests: what the people concerned may do before and after. False when the tenant changed meanwhile.
bool weigh_access(Connection& tenant, const Identity& identity, const Edit& edit, Planned& planned,
                  std::vector<Diagnostic>& failures) {
  const std::vector<Change>& changes = planned.plan.changes;  // adoptions are nobody's access
  AccessScope concerned = access_scope(changes);
  const bool bounded = !edit.record.as.empty() && !changes.empty();
  if (concerned.empty() && edit.tests.empty() && !bounded) return true;
  const AccessScope changing = concerned;
  if (bounded) concerned.users.insert(edit.record.as);
  for (const AccessTest& test : edit.tests) {
    if (!test.user.empty()) concerned.users.insert(test.user);
  }
  const Reading reading = read_identified(tenant, identity, scope_of_access(concerned));
  if (reading.revision != planned.basis.revision) return false;
  const State after = changed(reading.state, changes);
  refuse_held(after, changes);
  if (!changing.empty()) planned.plan.effects = effects_of(reading.state, after, changes);
  if (bounded) forbid_excess(identity, edit, reading.state, after, planned);
  for (const TestResult& result : run_tests(after, edit.tests)) {
    for (const std::string& failure : result.failures) {
      const Place& place = result.test.place;
      failures.push_back({place.file, place.line, place.column, failure});
    }
  }
  return true;
}

std::optional<Error> refusal(Connection& tenant, const Edit& edit, const State& before, Planned& planned,
                             const std::vector<Diagnostic>& test_failures) {
  const auto refused = [](const std::vector<std::string>& reasons, const std::string& hint) {
    return Error(ErrorKind::refused, "refused: " + joined(reasons), hint);
  };
  if (const auto reasons = protected_removals(before, planned.plan.changes, edit.guards); !reasons.empty()) {
    return refused(reasons, "Where this is meant, allow it with --allow-removal KIND/KEY; the ledger says so.");
  }
  const auto leavers = std::ranges::count_if(planned.plan.changes, [](const Change& change) {
    return change.kind == "users" && change.action == Action::remove;
  });
  const std::int64_t users = leavers > 0 ? tenant.query(sql::user_count).integer(0, 0) : 0;
  planned.removals = removals_of(before, planned.plan.changes, edit.guards, users);
  if (const auto reasons = excessive(planned.removals, edit.guards.max_removals); !reasons.empty()) {
    return refused(reasons,
                   "Where this is meant, loosen with --max-removals or --allow-removal KIND/KEY; the ledger says so.");
  }
  if (const auto gains = matching_gains(planned.plan.effects, edit.guards.forbidden_gains); !gains.empty()) {
    return refused(gains, "--fail-on-gain names these permissions.");
  }
  if (!test_failures.empty()) {
    return Error(ErrorKind::test_failed,
                 std::to_string(test_failures.size()) + " expectation" + (test_failures.size() == 1 ? "" : "s") +
                     " of the tests would fail",
                 "Change the definitions or the tests.", test_failures);
  }
  return std::nullopt;
}

void split_adoptions(std::vector<Change> changes, Plan& plan) {
  for (Change& change : changes) {
    (change.is_adoption() ? plan.adoptions : plan.changes).push_back(std::move(change));
  }
}

// What the database refuses, in words of the contract.
[[noreturn]] void rethrow(const SqlError& error) {
  const std::string& state = error.sqlstate();
  const std::string message = "the database refuses the change: " + std::string(error.what());
  if (state == "53400") throw Error(ErrorKind::refused, error.what(), error.hint());
  if (state == "23503" || state == "23505" || state == "23P01" || state == "23001") {
    throw Error(ErrorKind::conflict, message, error.hint());
  }
  if (state.starts_with("22") || state.starts_with("23")) throw Error(ErrorKind::invalid, message, error.hint());
  throw;
}

struct Admins {
  std::int64_t active = 0;
  std::int64_t invited = 0;
};

Admins usable_admins(Connection& tenant) {
  const Rows rows = tenant.query(sql::usable_admins);
  return {rows.integer(0, 0), rows.integer(0, 1)};
}

// A run may not take away the last admins; how many there were before it is not its fault.
void check_admins(const Admins& before, const Admins& after, std::int64_t least) {
  const bool fewer = after.active < before.active && after.active < least;
  const bool none = after.active + after.invited == 0 && before.active + before.invited > 0;
  if (!fewer && !none) return;
  throw Error(ErrorKind::refused,
              "refused: " + std::to_string(after.active) + " active admin" + (after.active == 1 ? "" : "s") +
                  " would be left of " + std::to_string(before.active) + ", and at least " + std::to_string(least) +
                  " must be",
              "Make somebody else an admin first.");
}

class Execution {
 public:
  Execution(Connection& tenant, const Identity& identity, const Edit& edit)
      : tenant_(tenant), identity_(identity), edit_(edit) {}

  void run(const Plan& plan, Basis basis, Ending ending) {
    Transaction transaction(tenant_);
    if (transaction.query(sql::lock_configuration).integer(0, 0) != basis.revision) {
      Planned again = plan_edit(tenant_, identity_, edit_);
      if (digest_of(again.plan) != digest_of(plan)) {
        throw Error(ErrorKind::conflict, "tenant " + identity_.slug + " was changed since the plan was made",
                    "Nothing was changed by this run; plan again.");
      }
      basis = std::move(again.basis);
    }
    if (basis.refusal) throw Error(*basis.refusal);
    std::optional<std::int64_t> run;
    if (!plan.empty()) run = write(transaction, plan, ending);
    if (!edit_.declared.empty() && !basis.recognised) {
      // What waits to be pruned has to be said each time, so such a tenant is not to be recognised.
      const std::string digest = basis.prunable ? edit_.digest + " prunable" : edit_.digest;
      transaction.query(sql::remember_applied, {edit_.record.manager, digest, edit_.declared, run});
    }
    if (ending == Ending::commit) transaction.commit();
  }

 private:
  std::int64_t write(Transaction& transaction, const Plan& plan, Ending ending) {
    const bool access = !access_scope(plan.changes).empty();
    const Admins before = access ? usable_admins(tenant_) : Admins{};
    try {
      write_changes(tenant_, plan.changes);
      write_changes(tenant_, plan.adoptions);
      if (edit_.also) edit_.also(transaction, plan, ending);
      check_constraints_now(tenant_);
    } catch (const SqlError& error) {
      rethrow(error);
    }
    for (const std::vector<Change>* part : {&plan.changes, &plan.adoptions}) {
      if (part->empty()) continue;
      const State written = read_identified(tenant_, identity_, scope_written_by(*part)).state;
      if (const auto different = misfits(written, *part, Side::after); !different.empty()) {
        throw Error(ErrorKind::failed, "the database made something else of the plan: " + reasons_of(different),
                    "Nothing was changed.");
      }
    }
    if (access) check_admins(before, usable_admins(tenant_), edit_.guards.min_admins);
    return record_run(transaction, edit_.record, {&plan.changes, &plan.adoptions}, edit_.undoes);
  }

  Connection& tenant_;
  const Identity& identity_;
  const Edit& edit_;
};

}  // namespace

void record_refusal(Connection& tenant, RunRecord record, std::optional<std::int64_t> undoes,
                    const Error& error) noexcept {
  try {
    record.outcome = "refused";
    std::vector<std::string> problems;
    for (const Diagnostic& problem : error.diagnostics()) problems.push_back(problem.message);
    record.message = error.what() + (problems.empty() ? "" : ": " + joined(problems));
    Transaction transaction(tenant);
    record_run(transaction, record, {}, undoes);
    transaction.commit();
  } catch (const Error&) {
    // The refusal is what there is to tell.
  }
}

Planned plan_recognised(const Reading& applied, const Identity& identity) {
  check_identity(applied, identity);
  return {.plan = {}, .basis = {.revision = applied.revision, .recognised = true, .refusal = {}}, .removals = {}};
}

Planned plan_edit(Connection& tenant, const Identity& identity, const Edit& edit, std::optional<Reading> early) {
  for (int attempt = 1;; ++attempt) {
    std::optional<Reading> given = std::exchange(early, std::nullopt);
    Reading reading = given ? *std::move(given) : read_tenant(tenant, edit.scope, edit.digest);
    if (reading.applied) return plan_recognised(reading, identity);
    check_identity(reading, identity);
    Planned planned{.plan = {}, .basis = {.revision = reading.revision, .refusal = {}}, .removals = {}};
    Desired desired = edit.desired(reading.state);
    split_adoptions(diff(reading.state, desired.state, desired.renames), planned.plan);
    planned.basis.prunable = !desired.prunable.empty();
    planned.plan.prunable = std::move(desired.prunable);
    if (edit.is_saved) planned.basis.touched = touched_by(planned.plan.changes, reading.state);
    std::vector<Diagnostic> failures;
    if (!weigh_access(tenant, identity, edit, planned, failures)) {
      if (attempt < 5) continue;
      throw Error(ErrorKind::locked, "tenant " + identity.slug + " keeps changing while it is read",
                  "Try again later.");
    }
    if (!planned.basis.refusal && !edit.is_question)
      planned.basis.refusal = refusal(tenant, edit, reading.state, planned, failures);
    return planned;
  }
}

namespace {

// Does `attempt`, which writes; a refusal is recorded, and where the session is lost at the commit it is found out
// whether the run is in the ledger.
void resolve(Connection& tenant, const RunRecord& record, std::optional<std::int64_t> undoes, Ending ending,
             const std::function<void()>& attempt, const Reconnect& reconnect) {
  try {
    attempt();
  } catch (const Error& error) {
    const bool refused = error.kind() == ErrorKind::refused || error.kind() == ErrorKind::test_failed;
    if (refused && ending == Ending::commit) record_refusal(tenant, record, undoes, error);
    const bool lost = error.kind() == ErrorKind::connection && !tenant.usable();
    if (!lost || ending != Ending::commit) throw;
    // Perhaps on the way back from the commit. The lock waits until the server has ended the old session.
    const std::unique_ptr<Connection> fresh = reconnect();
    Transaction transaction(*fresh);
    transaction.query(sql::lock_configuration);
    if (!is_recorded(*fresh, record.run)) throw;
  }
}

}  // namespace

void run_edit(Connection& tenant, const Identity& identity, const Edit& edit, const Plan& plan, const Basis& basis,
              Ending ending, const Reconnect& reconnect) {
  const auto attempt = [&] { Execution(tenant, identity, edit).run(plan, basis, ending); };
  // A run without changes is not in the ledger.
  if (plan.empty() && !basis.refusal) return attempt();
  resolve(tenant, edit.record, edit.undoes, ending, attempt, reconnect);
}

void write_alone(Connection& tenant, const Identity& identity, const RunRecord& record, Ending ending,
                 const std::function<bool(Transaction&)>& work, const Reconnect& reconnect) {
  const auto attempt = [&] {
    Transaction transaction(tenant);
    transaction.query(sql::lock_configuration);
    check_identity(identity_of(tenant), identity);
    try {
      if (!work(transaction)) return;
      check_constraints_now(tenant);
    } catch (const SqlError& error) {
      rethrow(error);
    }
    if (ending == Ending::commit) transaction.commit();
  };
  resolve(tenant, record, {}, ending, attempt, reconnect);
}

void require_rights(Connection& tenant, const Identity& identity, const RunRecord& record,
                    const std::vector<Change>& changes) {
  if (record.as.empty()) return;
  AccessScope concerned = access_scope(changes);
  concerned.users.insert(record.as);
  const State before = read_identified(tenant, identity, scope_of_access(concerned)).state;
  const State after = changed(before, changes);
  const auto problems =
      exceeding(record.as, identity.features, before, after, changes, effects_of(before, after, changes));
  if (!problems.empty()) throw excess(problems);
}

}  // namespace acctl

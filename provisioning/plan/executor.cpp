#include "provisioning/plan/executor.hpp"

#include <malloc.h>

#include <algorithm>

#include "provisioning/base/moment.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/parts.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/database/taken_along.hpp"
#include "provisioning/database/write.hpp"
#include "provisioning/plan/admission.hpp"
#include "provisioning/plan/configuration_lock.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/enterprise_rule.hpp"
#include "provisioning/plan/executor.sql.hpp"
#include "provisioning/plan/mismatches.hpp"
#include "provisioning/plan/undo.hpp"

namespace acctl {

namespace {

void split_adoptions(std::vector<Change> changes, Plan& plan) {
  const auto adopted = std::ranges::stable_partition(changes, [](const Change& one) { return !one.is_adoption(); });
  plan.adoptions = std::vector(std::move_iterator(adopted.begin()), std::move_iterator(adopted.end()));
  changes.erase(adopted.begin(), adopted.end());
  changes.shrink_to_fit();
  plan.changes = std::move(changes);
}

// Invited users whose address changes: they get a new invitation.
std::size_t count_moved_guests(const std::vector<Change>& changes, const State& after) {
  return static_cast<std::size_t>(std::ranges::count_if(changes, [&](const Change& change) {
    if (change.kind != "users" || !change.fields.contains("key") || change.fields.contains("status")) return false;
    const Object* user = find_object(after, "users", change.key);
    return user != nullptr && user->status == "invited";
  }));
}

// Turns what the database refuses into an Error with the documented exit code.
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

void commit(Transaction& transaction, const Identity& identity, bool seats_too) {
  std::optional<SeatCount> seats;
  if (seats_too && identity.seats_counted) seats = count_seats(transaction.connection());
  transaction.commit();
  if (identity.recorded && transaction.ledger_entry) identity.recorded(*transaction.ledger_entry);
  if (seats) identity.seats_counted(*seats);
}

// Whose objects others still count on: what the plan removes and another manager declared last.
std::vector<std::string> find_declared_elsewhere(Connection& tenant, const Edit& edit, const Plan& plan) {
  nlohmann::json removed = nlohmann::json::array();
  for (const Change& change : plan.changes) {
    if (change.action == Action::remove && find_edge_kind(change.kind) == nullptr)
      removed.push_back({change.kind, change.key});
  }
  std::vector<std::string> found;
  if (removed.empty()) return found;
  for (const Row row :
       tenant.query(sql::declared_elsewhere, {edit.record.manager, removed.dump(), edit.withdrawn_manager})) {
    found.push_back(row.text(0) + " (manager " + row.text(1) + ")");
  }
  return found;
}

// `declared`, a JSON object, with the entries that it no longer declares and that are still there.
std::string with_kept(const std::string& declared, const nlohmann::json& kept) {
  if (kept.empty()) return declared;
  return R"({"kept":)" + kept.dump() + "," + declared.substr(1);
}

// Becomes the only writer of the configuration, and returns its revision. The door was passed before the lock: a tenant
// that was suspended while this run waited, or since the plan, has a later epoch and is not written.
std::int64_t lock_for(Transaction& transaction, const Identity& identity) {
  const Step waiting("waiting for the lock of tenant " + identity.slug);
  const LockedConfiguration locked = lock_configuration(transaction);
  if (identity.epoch && locked.epoch > *identity.epoch) {
    throw Error(ErrorKind::locked, "tenant " + identity.slug + " was suspended or provisioned again in the meantime",
                "Nothing was changed by this run; see 'acctl tenant show " + identity.slug + "'.");
  }
  return locked.revision;
}

class Execution {
 public:
  Execution(Connection& tenant, const Identity& identity, const Edit& edit)
      : tenant_(tenant), identity_(identity), edit_(edit) {}

  void run(const Plan& plan, Basis basis, Ending ending) {
    if (identity_.door) tenant_.require(*identity_.door);
    Transaction transaction(tenant_);
    if (lock_for(transaction, identity_) != basis.revision) {
      Planned again = plan_edit(tenant_, identity_, edit_);
      if (compute_digest(again.plan) != compute_digest(plan)) {
        throw Error(ErrorKind::conflict, "tenant " + identity_.slug + " has changed since the plan was made",
                    "Nothing was changed by this run; plan again.");
      }
      // Nobody has confirmed a plan that was refused: a change in the meantime must not let it through.
      if (!basis.refusal) basis = std::move(again.basis);
    }
    if (basis.refusal) throw Error(*basis.refusal);
    if (edit_.last_look && !plan.empty()) edit_.last_look(tenant_);
    std::optional<std::int64_t> run;
    if (!plan.empty() || edit_.also_alone) run = write(transaction, plan, ending);
    // With --as, a run that changes nothing does not declare anything for a manager either.
    const bool declares = edit_.record.as.empty() || !plan.empty();
    if (!edit_.declared.empty() && !basis.recognised && declares) {
      // What can be pruned is reported by every plan, so such a tenant must not be recognised as unchanged.
      const std::string digest = basis.prunable ? edit_.digest + " prunable" : edit_.digest;
      const bool agrees = !edit_.planned_at || *edit_.planned_at == basis.revision;
      transaction.query(sql::remember_applied,
                        {edit_.record.manager, digest, with_kept(edit_.declared, basis.kept), run, agrees});
    }
    if (ending == Ending::commit) commit(transaction, identity_, concern_seats(plan.changes));
  }

 private:
  // That `changes`, a part of the plan, have come to be.
  void verify(const std::vector<Change>& changes) {
    const State written = read_state(tenant_, scope_written_by(changes));
    if (const auto different = mismatches(written, changes, Side::after); !different.empty()) {
      const std::vector<std::string> ended = ended_in(changes, present_moment());
      if (!ended.empty()) {
        throw Error(ErrorKind::conflict, "since the plan was made, " + enumerated(ended, 3, "; "),
                    "Nothing was changed by this run; plan again.");
      }
      throw Error(ErrorKind::failed, "the result does not match the plan: " + join_reasons(different),
                  "Nothing was changed.");
    }
  }

  void release_system_roles(const std::vector<Change>& changes) {
    std::vector<std::string> keys;
    for (const Change& change : changes) {
      const auto system = change.fields.find("system");
      if (change.action != Action::remove || system == change.fields.end() || system->second.before != true) continue;
      keys.push_back(change.old_key());
    }
    if (!keys.empty()) tenant_.query(sql::release_system_roles, {text_array(keys)});
  }

  // Whom an undo brings back as the persons they were: as the authors of what they wrote.
  FormerIds find_returning(const Plan& plan) {
    FormerIds ids;
    const auto adds_user = [](const Change& change) { return change.kind == "users" && change.action == Action::add; };
    if (!edit_.undoes || std::ranges::none_of(plan.changes, adds_user)) return ids;
    for (const Row row : tenant_.query(sql::former_ids, {*edit_.undoes})) ids.emplace(row.text(0), row.integer(1));
    return ids;
  }

  std::int64_t write(Transaction& transaction, const Plan& plan, Ending ending) {
    const bool access = !access_scope(plan.changes).empty();
    const Admins before = access ? usable_admins(tenant_) : Admins{};
    RunRecord record = edit_.record;
    record.message = describe_lost(find_taken_along(tenant_, plan.changes));
    const std::vector<Change> ended = ended_grants(tenant_, identity_.enterprise, plan.changes);
    try {
      if (edit_.undoes) release_system_roles(plan.changes);
      write_changes(tenant_, plan.changes, find_returning(plan));
      write_changes(tenant_, plan.adoptions);
      const Step finishing("writing what follows from the changes");
      refresh_statistics(transaction, plan.changes.size());
      if (edit_.also) edit_.also(transaction, plan, ending);
      check_constraints_now(tenant_);
    } catch (const SqlError& error) {
      rethrow(error);
    }
    std::optional<Step> step(std::in_place, "checking what was written");
    for (const std::vector<Change>* part : {&plan.changes.all(), &plan.adoptions.all()}) {
      in_parts(part->begin(), part->end(), [&](auto first, auto last) { verify({first, last}); });
    }
    if (access) {
      if (auto refusal = too_few(before, usable_admins(tenant_), edit_.guards.min_admins)) throw Error(*refusal);
    }
    step.emplace("recording the changes");
    return record_run(transaction, record, {&plan.changes.all(), &plan.adoptions.all(), &ended}, edit_.undoes);
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
    record.message = error.what();
    const char* before = ": ";
    for (const Diagnostic& problem : error.diagnostics()) {
      record.message += std::exchange(before, "; ") + problem.message;
    }
    Transaction transaction(tenant);
    record_run(transaction, record, {}, undoes);
    transaction.commit();
  } catch (const Error&) {
    // The refusal itself is reported in any case.
  }
}

std::string recognised_by(const Edit& edit) { return edit.record.as.empty() ? edit.digest : ""; }

Planned plan_recognised(const Reading& applied) {
  return {.plan = {},
          .basis = {.revision = applied.revision, .recognised = true, .mail_waits = applied.mail_waits, .refusal = {}},
          .removals = {}};
}

Planned plan_edit(Connection& tenant, const Identity& identity, const Edit& edit, std::optional<Reading> early) {
  for (int attempt = 1;; ++attempt) {
    std::optional<Reading> given = std::exchange(early, std::nullopt);
    std::optional<Step> step(std::in_place, "reading tenant " + identity.slug);
    Reading reading = given ? *std::move(given) : read_tenant(tenant, edit.scope, recognised_by(edit));
    if (reading.applied) return plan_recognised(reading);
    const Sight sight = admit(tenant, edit);
    Planned planned{.plan = {},
                    .basis = {.revision = reading.revision, .mail_waits = reading.mail_waits, .refusal = {}},
                    .removals = {}};
    if (edit.look_up) edit.look_up(tenant);
    step.emplace("comparing tenant " + identity.slug + " with what is wanted");
    Desired desired = edit.desired(reading.state);
    if (edit.let_go && !reading.entries.empty()) edit.let_go(reading.entries, desired);
    split_adoptions(diff(reading.state, desired.state, desired.renames), planned.plan);
    planned.plan.moved_guests = count_moved_guests(planned.plan.changes, desired.state);
    planned.plan.remarks = std::move(desired.remarks);
    planned.basis.prunable = !desired.prunable.empty();
    planned.plan.prunable = std::move(desired.prunable);
    planned.basis.kept = edit.kept.empty() ? std::move(desired.kept) : edit.kept;
    if (edit.is_saved) planned.basis.touched = touched_by(planned.plan.changes, reading.state);
    desired.state.clear();  // what it differs in is the plan, and all people may be in it
    if (assess(tenant, identity, edit, reading.state, planned)) {
      reading.state.clear();                                      // what follows asks the plan alone
      if (planned.plan.changes.size() >= 50'000) malloc_trim(0);  // the holes between the changes
      if (!edit.is_question) {
        planned.plan.declared_elsewhere = find_declared_elsewhere(tenant, edit, planned.plan);
        planned.plan.taken_along = find_taken_along(tenant, planned.plan.changes);
      }
      if (sight == Sight::people) return planned;
      planned.plan.effects.clear();
      planned.plan.prunable.clear();
      planned.plan.declared_elsewhere.clear();
      planned.plan.taken_along.clear();
      return planned;
    }
    if (attempt == 5) {
      throw Error(ErrorKind::locked, "tenant " + identity.slug + " keeps changing while it is read",
                  "Try again later.");
    }
  }
}

namespace {

// Calls `attempt`, which writes. A refusal is recorded; if the session is lost at the commit, the ledger tells whether
// the run was committed.
void resolve(Connection& tenant, const RunRecord& record, std::optional<std::int64_t> undoes, Ending ending,
             const std::function<void()>& attempt, const Reconnect& reconnect) {
  try {
    retry_when_blocked(tenant, attempt);
  } catch (const Error& error) {
    const bool refused = error.kind() == ErrorKind::refused || error.kind() == ErrorKind::test_failed;
    if (refused && ending == Ending::commit) record_refusal(tenant, record, undoes, error);
    const bool lost = error.kind() == ErrorKind::connection && !tenant.usable();
    if (!lost || ending != Ending::commit) throw;
    // The commit may have succeeded. Taking the lock waits until the server has ended the old session.
    const std::unique_ptr<Connection> fresh = reconnect();
    Transaction transaction(*fresh);
    lock_configuration(transaction);
    if (!is_recorded(*fresh, record.run)) throw;
  }
}

}  // namespace

void run_edit(Connection& tenant, const Identity& identity, const Edit& edit, const Plan& plan, const Basis& basis,
              Ending ending, const Reconnect& reconnect) {
  const auto attempt = [&] { Execution(tenant, identity, edit).run(plan, basis, ending); };
  // A run without changes is not recorded in the ledger.
  if (plan.empty() && !edit.also_alone && !basis.refusal) return retry_when_blocked(tenant, attempt);
  resolve(tenant, edit.record, edit.undoes, ending, attempt, reconnect);
}

void exclusive_transaction(const ExclusiveRun& run, const std::function<bool(Transaction&)>& work) {
  const auto attempt = [&] {
    if (run.identity.door) run.tenant.require(*run.identity.door);
    Transaction transaction(run.tenant);
    lock_for(transaction, run.identity);
    try {
      if (!work(transaction)) return;
      check_constraints_now(run.tenant);
    } catch (const SqlError& error) {
      rethrow(error);
    }
    if (run.ending == Ending::commit) commit(transaction, run.identity, true);
  };
  resolve(run.tenant, run.record, {}, run.ending, attempt, run.reconnect);
}

}  // namespace acctl

// The executor plans and carries out edits: every command that writes a tenant's configuration is one.
//
//   lock -> read -> edit -> diff -> plan -> write -> read again -> guards -> ledger -> commit | roll back
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/guards.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/seats.hpp"

namespace acctl {

// How a transaction ends; a rehearsal is rolled back.
enum class Ending { commit, roll_back };

// What a command asks of one tenant. It outlives the call that made it (a fleet keeps one for all tenants, a lost
// session plans again), so its functions hold what they need by value, or refer to what lives as long as the command.
struct Edit {
  Scope scope;  // what `desired` has to know
  std::function<Desired(const State& current)> desired;
  // Asks the tenant what `desired` has to know besides its state; called whenever it is planned, before `desired`.
  std::function<void(Connection& tenant)> look_up = nullptr;
  Guards guards;
  std::vector<AccessTest> tests;
  // If definitions are applied: what they say, and its digest, by which an unchanged tenant is recognised; "" if only a
  // part of them is applied.
  std::string digest;
  std::string declared;
  // Of a manager's files: finds the entries of lists that they declared before, and no longer declare.
  std::function<void(const nlohmann::json& entries, Desired& desired)> let_go = nullptr;
  nlohmann::json kept = nullptr;  // of a saved plan: Basis::kept, as it was when it was made
  RunRecord record;  // what the ledger says of the run: command, actor, manager …; `as` bounds what it may do
  std::optional<std::int64_t> undoes;
  std::string withdrawn_manager = {};      // what it removes is then no longer declared by this manager; "" for none
  std::optional<std::int64_t> planned_at;  // of a saved plan: the revision that it was made at
  bool is_question = false;                // the plan is shown and never carried out: guards are not asked
  bool is_saved = false;                   // its plan is to be carried out later: Basis::touched is filled
  // By a command for the whole enterprise, which has checked its rights: plan/enterprise_rule.hpp and the limits of
  // --as do not apply.
  bool for_enterprise = false;
  // Users whom it deletes lose what an enterprise granted them: a person has named them.
  bool leavers_go = false;
  // `also` has something to do even if no configuration changes: then it is still carried out and recorded.
  bool also_alone = false;
  // Called once the tenant is locked, before anything is written: checks what is in no State and moves no revision, and
  // throws to stop the run.
  std::function<void(Connection& tenant)> last_look = nullptr;
  // Writes what belongs to the changes but is not configuration, in the same transaction: invitations of added users.
  std::function<void(Transaction&, const Plan&, Ending)> also = nullptr;
};

// Whose database a run writes in.
struct Identity {
  std::string slug;
  std::string id;
  std::optional<Door> door = {};           // of writers: each transaction passes it again
  std::optional<std::int64_t> epoch = {};  // of the registry; of writers: a later one in the database fences them off
  std::set<std::string> features = {};     // of its plan; needed only if RunRecord::as is set
  std::string enterprise = {};             // that the tenant is in; "" for none
  // Called with the number that a run has in the ledger, once it is committed.
  std::function<void(std::int64_t entry)> recorded = nullptr;
  // Called with the seats as a committed run has left them: an edit that takes or frees some, and any
  // exclusive_transaction().
  std::function<void(const SeatCount& seats)> seats_counted = nullptr;
};

// What a plan rests on.
struct Basis {
  std::int64_t revision = 0;
  bool recognised = false;                          // as unchanged, by its revision alone
  bool prunable = false;                            // something can be pruned
  bool mail_waits = false;                          // of an earlier run, which may have been killed
  std::map<std::string, std::string> touched = {};  // see touched_by(); for a plan that is saved
  nlohmann::json kept = nullptr;                    // see let_go_entries()
  std::optional<Error> refusal;                     // by a guard or a test; the plan stands to be shown
};

struct Planned {
  Plan plan;
  Basis basis;
  Removals removals;
};

// Reads and compares; writes nothing. One round trip if nothing changes, a second one if somebody's access does. Throws
// what the edit throws. `early`: what read_tenant() returned for this edit, if it was called ahead.
Planned plan_edit(Connection& tenant, const Identity& identity, const Edit& edit, std::optional<Reading> early = {});

// The plan of a tenant that a reading has recognised as unchanged: nothing is left to ask.
Planned plan_recognised(const Reading& applied);

// Makes a new session if the first one is lost.
using Reconnect = std::function<std::unique_ptr<Connection>()>;

// Carries `plan` out in one transaction. If the tenant has changed since its basis, it is planned again and the result
// must be the same, else Error(conflict). A refusal by guards, tests or limits is recorded in the ledger and thrown.
// `reconnect` makes a new session when this one is lost at the commit, so that the outcome is known and not guessed.
void run_edit(Connection& tenant, const Identity& identity, const Edit& edit, const Plan& plan, const Basis& basis,
              Ending ending, const Reconnect& reconnect);

// For what is more than configuration, or too much to be planned object by object: `work` runs in one transaction as
// the only writer of the tenant's configuration, and records itself in the ledger; false if there was nothing to do.
// Errors and a lost commit are handled as by run_edit(). `work` is called again if a lock blocked it, so it must not
// rely on what an earlier call left behind.
struct ExclusiveRun {
  Connection& tenant;
  Identity identity;
  RunRecord record;
  Ending ending;
  Reconnect reconnect;
};
void exclusive_transaction(const ExclusiveRun& run, const std::function<bool(Transaction&)>& work);

// Records in the ledger that a run was refused, and why. Never throws: a ledger that cannot be written must not hide
// the refusal.
void record_refusal(Connection& tenant, RunRecord record, std::optional<std::int64_t> undoes,
                    const Error& error) noexcept;

// Throws Error(refused) if RunRecord::as may not make `changes`.
void require_rights(Connection& tenant, const Identity& identity, const RunRecord& record,
                    const std::vector<Change>& changes);

// The edit that makes exactly `changes`; throws Error(conflict) naming each object that is not as they suppose.
Desired replayed(const State& current, const std::vector<Change>& changes);

// What has to be read to replay them.
Scope compute_scope(const std::vector<Change>& changes);

// What has to be read to verify that they were carried out: only what they name.
Scope scope_written_by(const std::vector<Change>& changes);

// Adds what has to be known to prune: the kinds whose fields refer to others of the configuration, for what is needed
// stays, and the teams of the manager's users, which end with them.
void add_prunable(Scope& scope);

// What has to be read to apply them: the kinds they declare with all that those refer to, the people they name, and
// what else their manager owns.
Scope compute_scope(const Definitions& definitions);

}  // namespace acctl

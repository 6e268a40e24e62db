// The one door into a tenant's database. A TenantSession proves with its first statement, in the same round trip, whose
// database it is in and that its schema is the one this acctl works with; otherwise nothing of that statement is done
// or handed out. Nothing else opens a tenant's database.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/migrations.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Readers look at a database that was restored from an older copy too; writers are kept out of it until a person has
// said that it is the right one.
enum class Access { read, write };

// A session in a tenant's database. Its first statement throws Error(conflict) if the database is not the tenant's or
// has a schema that this acctl does not know, Error(failed) if it waits for `tenant migrate`, Error(locked) if a later
// run holds the tenant. Only enter() and EarlySession::claim() make one; whoever is handed one needs no other proof.
class TenantSession {
 public:
  // For functions that read or write on whatever session they are given.
  operator Connection&() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }

 private:
  friend TenantSession enter(const Platform& platform, const Tenant& tenant, Access access);
  friend Reconnect reconnect_to(const Platform& platform, const Tenant& tenant);
  friend class EarlySession;
  TenantSession(std::unique_ptr<Connection> connection, const Tenant& tenant, Access access);

  std::unique_ptr<Connection> connection_;
};

TenantSession enter(const Platform& platform, const Tenant& tenant, Access access = Access::read);

// Enters again for writing after a lost commit. `platform` and `tenant` outlive it.
Reconnect reconnect_to(const Platform& platform, const Tenant& tenant);

// What is required of a session that writes in `tenant`, or reads there.
Door make_door(const Tenant& tenant, Access access);

// Whose database a run writes in.
Identity make_identity(const Tenant& tenant);

// The same for a run in one tenant alone: the registry remembers at once that it is in the ledger. `platform` outlives
// it.
Identity make_identity(const Platform& platform, const Tenant& tenant, const std::string& run);

// Such a run in a transaction of its own.
ExclusiveRun make_exclusive_run(const Platform& platform, const Tenant& tenant, const TenantSession& database,
                                const RunRecord& record, Ending ending);

// What a database says of itself.
struct DoorFacts {
  std::string database;    // current_database(); "" if it has no schema of ours
  std::string tenant;      // id; "" if it is nobody's yet
  std::int64_t epoch = 0;  // of the last run that provisioned
  std::vector<AppliedMigration> migrations = {};
};

// What is wrong with `facts` as those of `tenant`, worst first; nothing if the door opens.
struct Objection {
  std::string check;  // as Finding::check
  Error error;
};
std::vector<Objection> objections(const DoorFacts& facts, const Tenant& tenant);

// A session on the platform's own server, begun before the registry has said which database is whose: most often the
// tenant's database bears its slug. What was read of another one is thrown away. A failure says nothing, because the
// database may be nobody's; entering the tenant then tells the reason.
class EarlySession {
 public:
  EarlySession() = default;  // none was begun

  // Begins it in database `name`.
  EarlySession(const Platform& platform, const std::string& name);

  // The same, and reads in a thread of its own what `edit` needs; `edit` outlives it.
  EarlySession(const Platform& platform, const std::string& name, const Edit& edit);

  struct Claimed {
    std::optional<TenantSession> session;  // none if the reading recognises the tenant as unchanged
    std::optional<Reading> reading;        // none if nothing was read
  };
  // Gives it away as a session of `tenant`; nothing if it is in another database or failed, and the second time.
  std::optional<Claimed> claim(const Tenant& tenant);

 private:
  struct Read {
    std::unique_ptr<Connection> connection;
    Reading reading;
    DoorFacts facts;  // of the database that was read
  };
  std::string database_;
  std::unique_ptr<Connection> connection_;
  std::future<Read> read_;
};

// For doctor, migrations and provisioning, which work on databases that the door refuses: they look at the facts first.
std::unique_ptr<Connection> enter_unchecked(const Platform& platform, const Tenant& tenant,
                                            Connect begin = Connect::wait);
DoorFacts door_facts(Connection& database);

// Where a tenant's ledger ends.
struct LedgerEnd {
  std::int64_t id = 0;
  std::string run;
  std::string at;
  bool has_remembered = true;  // what the registry saw last is in it, or it saw nothing
};
LedgerEnd ledger_end(Connection& database, const Tenant& tenant);

// Throws Error(conflict) if the database was restored from an older copy, which nobody is let into before a person has
// said that it is right. Whatever the version of its schema.
void require_newest(const Platform& platform, const Tenant& tenant);

}  // namespace acctl

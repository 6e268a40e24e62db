// The one door into a tenant's database. A session that comes from here shows with its first statement, in the same
// round trip, whose database it is in and that its schema is the one this acctl works with; where it is not, nothing of
// that statement is done or handed out. Nothing else opens a tenant's database.
#pragma once

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

// The first question throws Error(conflict) where the database is not that of the tenant or has a schema that this
// acctl does not know, Error(failed) where it waits for `tenant migrate`, Error(locked) where a later run has it.
std::unique_ptr<Connection> enter(const Platform& platform, const Tenant& tenant, Access access = Access::read);

// The door alone, for a session that was begun before it was known whose database it is for.
Door door_of(const Tenant& tenant, Access access);

// Whose database a run writes in.
Identity identity_of(const Tenant& tenant);

// The same for a run in one tenant alone: the registry remembers at once that it is in the ledger. `platform` outlives
// it.
Identity identity_of(const Platform& platform, const Tenant& tenant, const std::string& run);

// What a database says of itself.
struct DoorFacts {
  std::string database;    // current_database(); "" where it has no schema of ours
  std::string tenant;      // id; "" where it is nobody's yet
  std::int64_t epoch = 0;  // of the last run that provisioned
  std::vector<AppliedMigration> migrations = {};
};

// What is wrong with `facts` as those of `tenant`, worst first; nothing where the door opens.
struct Objection {
  std::string check;  // as Finding::check
  Error error;
};
std::vector<Objection> objections(const DoorFacts& facts, const Tenant& tenant);

// A session in the database that is named like a tenant, begun before the registry has said whose database is whose.
// Its first question is answered together with `facts`; what was read may be used only where objections() has none.
// Before anything more is asked, it requires door_of() that tenant.
std::unique_ptr<Connection> begin_early(const Platform& platform, const std::string& database,
                                        std::shared_ptr<DoorFacts> facts);

// The same, but only begun: it is asked nothing before it requires door_of() its tenant.
std::unique_ptr<Connection> begin_early(const Platform& platform, const std::string& database);

// For doctor, migrations and provisioning, which have to do with databases that the door would not open to: they look
// at the facts first.
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

}  // namespace acctl

#include "provisioning/database/migrations.hpp"

#include <algorithm>
#include <thread>

#include "provisioning/base/random.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/migration_limits.hpp"
#include "provisioning/database/migrations.sql.hpp"
#include "provisioning/database/server_roles.hpp"

namespace acctl {

bool lacks_schema(const SqlError& error) {
  const std::string& state = error.sqlstate();
  return state == "42P01" || state == "42703" || state == "3F000";
}

int applied_version(Connection& database, const std::vector<Migration>& known) {
  try {
    // Asked only once: nearly every database has the bookkeeping.
    return applied_version(database, database.query(sql::migrations_applied), known);
  } catch (const SqlError& error) {
    if (!lacks_schema(error)) throw;
    return 0;
  }
}

int applied_version(const Connection& database, const Rows& rows, const std::vector<Migration>& known) {
  std::vector<AppliedMigration> applied;
  for (const Row row : rows) {
    if (row.is_null(0)) continue;
    applied.push_back({row.integer(0), row.text(1), row.text(2)});
  }
  return applied_version(database.dsn().get("dbname"), std::move(applied), known);
}

int applied_version(const std::string& name, std::vector<AppliedMigration> applied,
                    const std::vector<Migration>& known) {
  std::ranges::sort(applied, {}, &AppliedMigration::version);
  if (applied.size() > known.size()) {
    throw Error(ErrorKind::conflict,
                "the schema of database '" + name + "' is at version " + std::to_string(applied.size()) +
                    ", this acctl knows only " + std::to_string(known.size()),
                "Use the acctl that upgraded it, or a later one.");
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].version == known[i].version && applied[i].checksum == known[i].checksum) continue;
    throw Error(ErrorKind::conflict,
                "migration " + std::string(applied[i].name) + " of database '" + name +
                    "' differs from the migration that this acctl has as " + std::string(known[i].name),
                "A migration never changes once it was applied; use the acctl that applied it.");
  }
  return static_cast<int>(applied.size());
}

namespace {

// A migration that waits for a lock makes everybody else queue behind it: it waits for a short time only, and tries
// again a few times, at random moments so that several runs do not meet again and again.
void pause_before(int attempt) {
  const auto random = static_cast<unsigned char>(random_bytes(1).front());
  std::this_thread::sleep_for(std::chrono::milliseconds(50 * attempt + random));
}

// Who the objects of migrations belong to, and how the session comes to act as that role within a transaction.
class Ownership {
 public:
  Ownership(const std::string& owner, const std::string& joined) : owner_(owner), joined_(joined) {}

  const std::string& owner() const { return owner_; }

  // Statements before and after what the owner does. A membership that is given and taken in one transaction is never
  // seen by others, and no interruption can leave it behind.
  std::string act() const {
    const std::string join = joined_.empty() ? "" : join_owner(joined_);
    return owner_.empty() ? join : join + "set local role " + quoted_identifier(owner_) + ";";
  }
  std::string leave() const {
    const std::string part = joined_.empty() ? "" : leave_owner(joined_);
    return (owner_.empty() ? "" : "reset role;") + part;
  }

 private:
  const std::string& owner_;
  const std::string& joined_;
};

void create_bookkeeping(Connection& database, const Ownership& ownership) {
  Transaction transaction(database);
  database.query(sql::lock_migrations);
  if (database.query(sql::migrations_exist).boolean(0, 0)) return;
  const std::string& owner = ownership.owner();
  const std::string authorization = owner.empty() ? "" : " authorization " + quoted_identifier(owner);
  // Not only its owner, but everyone who works with the database must be able to read its version.
  const std::string readable = owner.empty() ? ""
                                             : "; grant usage on schema acctl to acctl_operator;"
                                               "grant select on acctl.migrations to acctl_operator";
  // The session's role itself has no right to make a schema.
  database.script(ownership.act() + "create schema if not exists acctl" + authorization + ";" + sql::create_migrations +
                  readable + ";" + ownership.leave());
  transaction.commit();
}

// Until the end of the transaction.
void limit_waits(Connection& database, const MigrationLimits& limits) {
  const Milliseconds time = limits.lock_timeout.value_or(std::min(database.lock_timeout(), Milliseconds(1'000)));
  database.query(sql::limit_waits, {std::to_string(time.count())});
}

// In the caller's transaction, which holds the lock of migrations.
void run_one(Connection& database, const Migration& migration, const Ownership& ownership) {
  database.script(ownership.act() + std::string(migration.sql));
  database.query(sql::record_migration,
                 {migration.version, std::string(migration.name), std::string(migration.checksum)});
  if (const std::string leave = ownership.leave(); !leave.empty()) database.script(leave);
}

// Runs the next migration and says whether there was one. Another run may have come first while we waited for the
// lock: the one to run is looked up behind it. `locked`: this run holds the lock of migrations, so that whatever else
// it waits for is held by those who work with the database.
bool run_next(Connection& database, const std::vector<Migration>& known, const Ownership& ownership,
              const MigrationLimits& limits, bool& locked) {
  Transaction transaction(database);
  database.query(sql::lock_migrations);
  locked = true;
  const auto next = static_cast<std::size_t>(applied_version(database, known));
  if (next == known.size()) return false;
  limit_waits(database, limits);
  run_one(database, known[next], ownership);
  transaction.commit();
  return true;
}

bool try_next(Connection& database, const std::vector<Migration>& known, const Ownership& ownership,
              const MigrationLimits& limits) {
  for (int attempt = 1;; ++attempt) {
    bool locked = false;
    try {
      return run_next(database, known, ownership, limits, locked);
    } catch (const SqlError& error) {
      const bool in_use = error.sqlstate() == "55P03" || error.sqlstate() == "40P01";
      if (!in_use || !locked || !database.usable()) throw;
      if (attempt >= limits.attempts) {
        throw Error(ErrorKind::locked,
                    "database '" + database.dsn().get("dbname") + "' is in use: " + std::string(error.what()),
                    "Run the command again when long transactions in it have ended.");
      }
    }
    pause_before(attempt);
  }
}

}  // namespace

int migrate(Connection& database, const std::vector<Migration>& known, const std::string& owner,
            const std::string& joined) {
  return migrate(database, known, owner, joined, {});
}

int migrate(Connection& database, const std::vector<Migration>& known, const std::string& owner,
            const std::string& joined, const MigrationLimits& limits) {
  const Ownership ownership(owner, joined);
  const Step migrating("migrating database " + database.dsn().get("dbname"));
  if (!database.query(sql::migrations_exist).boolean(0, 0)) create_bookkeeping(database, ownership);
  while (applied_version(database, known) < static_cast<int>(known.size()) &&
         try_next(database, known, ownership, limits)) {
  }
  return static_cast<int>(known.size());
}

void require_sound_schema(Connection& database, const std::string& when) {
  const Rows rows = database.query(sql::schema_flaws);
  if (rows.empty()) return;
  const std::vector<std::string> flaws = rows.texts();
  throw Error(ErrorKind::conflict,
              "database '" + database.dsn().get("dbname") + "' has, " + when + ", " + enumerated(flaws, 5),
              "Run REINDEX or VALIDATE CONSTRAINT there, or drop what is not needed; then run the command again.");
}

std::vector<std::string> missing_migrations(const std::vector<Migration>& known, int version) {
  std::vector<std::string> names;
  for (const Migration& migration : known) {
    if (migration.version > version) names.emplace_back(migration.name);
  }
  return names;
}

void rehearse_migrations(Connection& database, const std::vector<Migration>& known, const std::string& owner,
                         const std::string& joined) {
  const Ownership ownership(owner, joined);
  Transaction transaction(database);
  database.query(sql::lock_migrations);
  limit_waits(database, {});
  for (auto next = static_cast<std::size_t>(applied_version(database, known)); next < known.size(); ++next) {
    run_one(database, known[next], ownership);
  }
}

}  // namespace acctl

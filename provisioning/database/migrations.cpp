#include "provisioning/database/migrations.hpp"

#include <algorithm>

#include "queries.hpp"

namespace acctl {

bool lacks_schema(const SqlError& error) { return error.sqlstate() == "42P01" || error.sqlstate() == "3F000"; }

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
  struct Applied {
    std::int64_t version;
    std::string_view checksum;
    std::string_view name;
  };
  std::vector<Applied> applied;
  for (int row = 0; row < rows.size(); ++row) {
    if (!rows.is_null(row, 0)) applied.push_back({rows.integer(row, 0), rows.text(row, 1), rows.text(row, 2)});
  }
  std::ranges::sort(applied, {}, &Applied::version);
  const std::string name = database.dsn().get("dbname");
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
                    "' is not the one that this acctl carries as " + std::string(known[i].name),
                "A migration must not change once it was applied; use the acctl that it came with.");
  }
  return static_cast<int>(applied.size());
}

namespace {

std::string become(const std::string& owner) {
  return owner.empty() ? "" : "set local role " + quoted_identifier(owner) + ";";
}

void create_bookkeeping(Connection& database, const std::string& owner) {
  Transaction transaction(database);
  database.query(sql::lock_migrations);
  if (database.query(sql::migrations_exist).boolean(0, 0)) return;
  const std::string authorization = owner.empty() ? "" : " authorization " + quoted_identifier(owner);
  // Whoever works with the database, and not just its owner, must be able to tell its version.
  const std::string readable = owner.empty() ? ""
                                             : "; grant usage on schema acctl to acctl_operator;"
                                               "grant select on acctl.migrations to acctl_operator";
  database.script("create schema if not exists acctl" + authorization + ";" + become(owner) + sql::create_migrations +
                  readable);
  transaction.commit();
}

// Another run may have come first while we waited for the lock: the one to run is looked up behind it.
void run_next(Connection& database, const std::vector<Migration>& known, const std::string& owner) {
  Transaction transaction(database);
  database.query(sql::lock_migrations);
  const auto next = static_cast<std::size_t>(applied_version(database, known));
  if (next == known.size()) return;
  const Migration& migration = known[next];
  database.script(become(owner) + std::string(migration.sql));
  database.query(sql::record_migration,
                 {migration.version, std::string(migration.name), std::string(migration.checksum)});
  transaction.commit();
}

}  // namespace

int migrate(Connection& database, const std::vector<Migration>& known, const std::string& owner) {
  if (!database.query(sql::migrations_exist).boolean(0, 0)) create_bookkeeping(database, owner);
  while (applied_version(database, known) < static_cast<int>(known.size())) run_next(database, known, owner);
  return static_cast<int>(known.size());
}

}  // namespace acctl

// Brings a database to the schema that this binary carries. The same engine serves control and tenant databases.
#pragma once

#include <vector>

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

// The version the database is at, 0 before the first migration. Throws Error(conflict) when the database is newer than
// this binary, or when a migration is not the one that was applied under its number.
int applied_version(Connection& database, const std::vector<Migration>& known);

// The same of an answer that was asked for with other things: the first columns of its rows are version, checksum and
// name of a migration, in any order; rows without a version are something else.
int applied_version(const Connection& database, const Rows& rows, const std::vector<Migration>& known);

// The same of what was read of database `name`.
struct AppliedMigration {
  std::int64_t version = 0;
  std::string checksum;
  std::string name;
};
int applied_version(const std::string& name, std::vector<AppliedMigration> applied,
                    const std::vector<Migration>& known);

// Whether a statement failed because the schema is not so far, or there is none.
bool lacks_schema(const SqlError& error);

// Runs what is missing, each migration and its record in one transaction, one run at a time; returns the version
// reached. The objects belong to `owner`; "" leaves them with the session's own role. `joined`: the owner of the
// database, which the session joins for each of the transactions unless it can always act as it. Throws Error(locked)
// if the database is in use so that a migration cannot come through; those before it stay.
int migrate(Connection& database, const std::vector<Migration>& known, const std::string& owner,
            const std::string& joined = "");

// Runs what is missing and rolls it back; throws what migrate() would.
void rehearse_migrations(Connection& database, const std::vector<Migration>& known, const std::string& owner,
                         const std::string& joined);

}  // namespace acctl

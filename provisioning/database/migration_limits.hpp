// Limits how long migrations may hold up everybody else who works with a database, and what must hold of the database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/migrations.hpp"

namespace acctl {

struct MigrationLimits {
  // How long each attempt waits for a lock, at most; everybody else queues behind it meanwhile. None: a second, or less
  // if the session waits for less.
  std::optional<Milliseconds> lock_timeout = {};
  int attempts = 5;  // of each migration, at random moments
};

// migrate() within these limits.
int migrate(Connection& database, const std::vector<Migration>& known, const std::string& owner,
            const std::string& joined, const MigrationLimits& limits);

// Throws Error(conflict) for what a migration must not begin with or end with: indexes that are not valid, constraints
// that are not validated. `when`: "before the migration".
void require_sound_schema(Connection& database, const std::string& when);

// The names of the migrations that a database at `version` lacks.
std::vector<std::string> missing_migrations(const std::vector<Migration>& known, int version);

}  // namespace acctl

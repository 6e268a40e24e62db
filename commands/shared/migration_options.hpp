// The options of commands that migrate: how long a migration may hold up others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/database/migration_limits.hpp"

namespace acctl {

struct MigrationOptions {
  std::string lock_timeout;
  std::string statement_timeout;
  std::optional<std::int64_t> attempts;
  bool plan = false;
};

// --lock-timeout, --statement-timeout, --attempts, --plan
std::vector<Option> migration_options(MigrationOptions& target);

// The session that migrations run in: --statement-timeout is its limit of statements.
SessionOptions migration_session(const Session& session, const MigrationOptions& options);

// Throws Error(invalid) for times and numbers that make no sense.
MigrationLimits read_migration_limits(const Session& session, const MigrationOptions& options);

}  // namespace acctl

// Upgrades the control database.
#pragma once

#include "provisioning/database/migration_limits.hpp"
#include "provisioning/platform/actor.hpp"

namespace acctl {

// Brings the schema of an initialised platform to the head, by migrations within `limits`. True when anything had to be
// done. Throws Error(conflict) for what require_sound_schema() refuses, before or after.
bool upgrade_platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor, const MigrationLimits& limits);

// Runs the missing migrations in one transaction and rolls it back. Throws what upgrade_platform() would.
void rehearse_upgrade(const Dsn& dsn, const SessionOptions& session);

}  // namespace acctl

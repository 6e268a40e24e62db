// Migrates the database of an existing tenant to the schema of this acctl.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/migration_limits.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct Migrated {
  std::string slug;
  int from = 0;
  int to = 0;                                // reached, or with Mode::rehearse to be reached
  bool changed = false;                      // the database, or only the registry that was behind it
  std::vector<std::string> migrations = {};  // names of those that it lacked
};

// What migrate_tenant() would run, by what the database says. Throws as it does, and writes nothing.
Migrated plan_migration(Platform& platform, const std::string& slug);

// Brings one tenant, active or suspended, to the head version under its lock, and the registry with it; with
// Mode::rehearse the migrations run and are rolled back. A tenant at the head is left alone. Throws Error(conflict) if
// the database is not that of the tenant, is newer than this acctl or has what require_sound_schema() refuses, before
// or after, or if the tenant has none in use; Error(locked) if it is in use so that a migration cannot come through:
// those before it stay and are recorded.
Migrated migrate_tenant(Platform& platform, const std::string& slug, Mode mode, const MigrationLimits& limits = {});

}  // namespace acctl

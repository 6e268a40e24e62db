#include "provisioning/tenants/migrate.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/migrate.sql.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

void require_database(const Tenant& tenant) {
  if (is_reached(tenant, Reach::suspended_too)) return;
  const bool unfinished = tenant.status == "provisioning" || tenant.status == "failed";
  throw Error(
      ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + " and cannot be migrated",
      unfinished ? "Finish it: acctl tenant retry " + tenant.slug : "See 'acctl tenant status " + tenant.slug + "'.");
}

// Objections to the schema are ignored, because the migration removes them.
int require_identity(Connection& database, const Tenant& tenant) {
  const DoorFacts facts = door_facts(database);
  for (const Objection& objection : objections(facts, tenant)) {
    if (objection.check != "schema" || objection.error.kind() == ErrorKind::conflict) throw Error(objection.error);
  }
  return static_cast<int>(facts.migrations.size());
}

Migrated look_at(Connection& database, const Tenant& tenant) {
  const std::vector<Migration>& known = tenant_migrations();
  const int from = require_identity(database, tenant);
  return {.slug = tenant.slug,
          .from = from,
          .to = static_cast<int>(known.size()),
          .changed = from != static_cast<int>(known.size()) || tenant.schema_version != static_cast<int>(known.size()),
          .migrations = missing_migrations(known, from)};
}

// The version reached, in the registry and the audit trail; `error` is "" if it is the head.
void record(Platform& platform, const Tenant& tenant, int reached, const std::string& error) {
  Json after = {{"schema_version", reached}};
  if (!error.empty()) after["error"] = error;
  Transaction transaction(platform.control());
  if (transaction.query(sql::set_schema_version, {tenant.id, tenant.epoch, reached}).empty()) throw_overtaken(tenant);
  record_audit(transaction, platform, tenant, "tenant.migrate", error.empty() ? "done" : "failed",
               Json{{"schema_version", tenant.schema_version}}.dump(),
               after.dump(-1, ' ', false, Json::error_handler_t::replace));
  transaction.commit();
}

// Migrations before the error stay. If the version cannot be read now, the next run records it.
void record_failure(Platform& platform, const Tenant& tenant, Connection& database, const Error& error) noexcept {
  try {
    record(platform, tenant, applied_version(database, tenant_migrations()), error.what());
  } catch (const Error&) {
    // The first error is the one to report.
  }
}

}  // namespace

Migrated plan_migration(Platform& platform, const std::string& slug) {
  const Tenant tenant = require_tenant(platform, slug);
  require_database(tenant);
  const std::unique_ptr<Connection> database = enter_unchecked(platform, tenant);
  return look_at(*database, tenant);
}

Migrated migrate_tenant(Platform& platform, const std::string& slug, Mode mode, const MigrationLimits& limits) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  require_database(tenant);
  const std::unique_ptr<Connection> database = enter_unchecked(platform, tenant);
  const std::vector<Migration>& known = tenant_migrations();
  Migrated outcome = look_at(*database, tenant);
  if (!outcome.changed) return outcome;
  if (!outcome.migrations.empty()) require_sound_schema(*database, "before the migration");
  if (mode == Mode::rehearse) {
    rehearse_migrations(*database, known, "pg_database_owner", tenant.owner_role);
    return outcome;
  }
  begin_run(platform, tenant);
  try {
    // No fence is needed inside: the database has a lock of its own for migrations, and each is run once.
    migrate(*database, known, "pg_database_owner", tenant.owner_role, limits);
    write_entitlement(platform, tenant, *database);
    if (!outcome.migrations.empty()) require_sound_schema(*database, "after the migration");
  } catch (const Error& error) {
    record_failure(platform, tenant, *database, error);
    throw;
  }
  record(platform, tenant, outcome.to, "");
  return outcome;
}

}  // namespace acctl

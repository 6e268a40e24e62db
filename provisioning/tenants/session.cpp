#include "provisioning/tenants/session.hpp"

#include "provisioning/database/server.hpp"
#include "provisioning/plan/admission.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/session.sql.hpp"

namespace acctl {

namespace {

DoorFacts facts_in(const Rows& rows) {
  DoorFacts facts;
  for (const Row row : rows) {
    facts.database = row.view(0);
    facts.tenant = row.view(1);
    facts.epoch = row.is_null(2) ? 0 : row.integer(2);
    facts.migrations.push_back({row.integer(3), row.text(4), row.text(5)});
  }
  return facts;
}

std::string doctor_hint(const Tenant& tenant) { return "Run 'acctl tenant doctor " + tenant.slug + "'."; }

std::optional<Error> schema_objection(const DoorFacts& facts, const Tenant& tenant) {
  const auto head = static_cast<int>(tenant_migrations().size());
  try {
    const int version = applied_version(facts.database, facts.migrations, tenant_migrations());
    if (version == head) return {};
    return Error(ErrorKind::failed,
                 "tenant " + tenant.slug + " has schema version " + std::to_string(version) +
                     ", this acctl works with " + std::to_string(head),
                 "Run 'acctl tenant migrate " + tenant.slug + "'.");
  } catch (const Error& error) {
    return error;
  }
}

Error restored(const Tenant& tenant) {
  return {ErrorKind::conflict,
          "the ledger of tenant " + tenant.slug + " lacks run " + tenant.ledger_run +
              ": its database was restored from an older copy",
          "'acctl tenant doctor " + tenant.slug + "' shows what is missing; 'acctl tenant doctor --accept-restored " +
              tenant.slug + "' accepts the database as it is; see acctl-operations(7)."};
}

void throw_objection(const DoorFacts& facts, const Tenant& tenant) {
  const std::vector<Objection> all = objections(facts, tenant);
  if (!all.empty()) throw Error(all.front().error);
}

}  // namespace

std::vector<Objection> objections(const DoorFacts& facts, const Tenant& tenant) {
  std::vector<Objection> all;
  if (facts.database != tenant.database || facts.tenant != tenant.id) {
    all.push_back({"identity",
                   Error(ErrorKind::conflict, "database '" + tenant.database + "' is not that of tenant " + tenant.slug,
                         doctor_hint(tenant))});
    return all;
  }
  if (facts.epoch > tenant.epoch) {
    all.push_back({"identity",
                   Error(ErrorKind::locked, "tenant " + tenant.slug + " belongs to a later run",
                         "Run the command again; if it fails again, run 'acctl tenant doctor " + tenant.slug + "'.")});
  }
  if (const auto schema = schema_objection(facts, tenant)) all.push_back({"schema", *schema});
  return all;
}

Door make_door(const Tenant& tenant, Access access) {
  const bool writes = access == Access::write;
  return {.proof = writes ? Statement{sql::writers_door_facts, {tenant.ledger_id, tenant.ledger_run}}
                          : Statement{sql::door_facts, {}},
          // The proof fails if there is no schema of ours; other errors are thrown as they are.
          .refuse = [tenant](Connection& database) { throw_objection(door_facts(database), tenant); },
          .accept =
              [tenant, writes](const Rows& rows) {
                throw_objection(facts_in(rows), tenant);
                if (writes) refuse_without_rules(tenant.database, rows.text(0, 7));
                if (writes && !rows.boolean(0, 6)) throw restored(tenant);
              }};
}

TenantSession::TenantSession(std::unique_ptr<Connection> connection, const Tenant& tenant, Access access)
    : connection_(std::move(connection)) {
  connection_->require(make_door(tenant, access));
}

TenantSession enter(const Platform& platform, const Tenant& tenant, Access access) {
  return {enter_unchecked(platform, tenant), tenant, access};
}

Reconnect reconnect_to(const Platform& platform, const Tenant& tenant) {
  return [&] { return std::move(enter(platform, tenant, Access::write).connection_); };
}

Identity make_identity(const Tenant& tenant) {
  return {.slug = tenant.slug,
          .id = tenant.id,
          .door = make_door(tenant, Access::write),
          .epoch = tenant.epoch,
          .features = tenant.features,
          .enterprise = tenant.enterprise.value_or("")};
}

Identity make_identity(const Platform& platform, const Tenant& tenant, const std::string& run) {
  Identity identity = make_identity(tenant);
  identity.recorded = [&platform, id = tenant.id, run](std::int64_t entry) {
    remember_ledgers(platform, {{id, entry}}, run);
  };
  return identity;
}

ExclusiveRun make_exclusive_run(const Platform& platform, const Tenant& tenant, const TenantSession& database,
                                const RunRecord& record, Ending ending) {
  return {database, make_identity(platform, tenant, record.run), record, ending, reconnect_to(platform, tenant)};
}

EarlySession::EarlySession(const Platform& platform, const std::string& name) : database_(name) {
  try {
    connection_ = platform.database("", name, Connect::async);
  } catch (const Error&) {
    // Entering the tenant says why.
  }
}

EarlySession::EarlySession(const Platform& platform, const std::string& name, const Edit& edit)
    : EarlySession(platform, name) {
  if (!connection_) return;
  read_ = std::async(std::launch::async, [connection = std::move(connection_), &edit]() mutable {
    Read read;
    connection->require({.proof = {sql::door_facts, {}},
                         .refuse = [](Connection&) {},
                         .accept = [&read](const Rows& rows) { read.facts = facts_in(rows); }});
    read.reading = read_tenant(*connection, edit.scope, recognised_by(edit));
    // Nothing more will be asked of an unchanged tenant: the session ends while the platform is being asked.
    if (read.reading.applied) {
      connection.reset();
    } else {
      read.connection = std::move(connection);
    }
    return read;
  });
}

std::optional<EarlySession::Claimed> EarlySession::claim(const Tenant& tenant) {
  if (!tenant.server_dsn.empty() || tenant.database != database_) return {};
  try {
    if (!read_.valid()) {
      if (!connection_) return {};
      return Claimed{.session = TenantSession(std::move(connection_), tenant, Access::read), .reading = {}};
    }
    Read read = read_.get();
    if (!objections(read.facts, tenant).empty()) return {};
    Claimed claimed{.session = {}, .reading = std::move(read.reading)};
    if (read.connection) claimed.session = TenantSession(std::move(read.connection), tenant, Access::read);
    return claimed;
  } catch (const Error&) {
    return {};
  }
}

std::unique_ptr<Connection> enter_unchecked(const Platform& platform, const Tenant& tenant, Connect begin) {
  return platform.database(tenant.server_dsn, tenant.database, begin);
}

DoorFacts door_facts(Connection& database) {
  try {
    return facts_in(database.query(sql::door_facts));
  } catch (const SqlError& error) {
    // A schema of that name that acctl may not read is not ours either.
    if (!lacks_schema(error) && error.sqlstate() != "42501") throw;
    return {};
  }
}

LedgerEnd ledger_end(Connection& database, const Tenant& tenant) {
  const Rows rows = database.query(sql::ledger_position, {tenant.ledger_id, tenant.ledger_run});
  if (rows.empty()) return {.has_remembered = !tenant.ledger_id.has_value()};
  return {.id = rows.integer(0, 0),
          .run = std::string(rows.text(0, 1)),
          .at = std::string(rows.text(0, 2)),
          .has_remembered = !tenant.ledger_id || rows.boolean(0, 3)};
}

void require_newest(const Platform& platform, const Tenant& tenant) {
  if (!tenant.ledger_id) return;
  const auto database = enter_unchecked(platform, tenant);
  if (!ledger_end(*database, tenant).has_remembered) throw restored(tenant);
}

}  // namespace acctl

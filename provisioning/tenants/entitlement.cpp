#include "provisioning/tenants/entitlement.hpp"

#include "provisioning/database/records.hpp"
#include "provisioning/tenants/entitlement.sql.hpp"
#include "provisioning/tenants/tenant_locks.sql.hpp"

namespace acctl {

Entitlement registered_entitlement(Connection& control, const Tenant& tenant) {
  const Rows rows = control.query(sql::registered_entitlement, {tenant.id});
  if (rows.empty()) throw_overtaken(tenant);
  return read_record<Entitlement>(rows.at(0));
}

namespace {

std::vector<Param> with_values(std::vector<Param> parameters, const Entitlement& given) {
  parameters.insert(parameters.end(), {given.plan, given.seats, given.projects, given.storage_bytes, given.features});
  return parameters;
}

}  // namespace

std::vector<Param> with_entitlement(Platform& platform, Tenant& tenant, std::vector<Param> parameters) {
  if (!tenant.entitlement) tenant.entitlement = registered_entitlement(platform.control(), tenant);
  return with_values(std::move(parameters), *tenant.entitlement);
}

bool has_entitlement(Platform& platform, const Tenant& tenant, Connection& database) {
  return has_entitlement(database, registered_entitlement(platform.control(), tenant));
}

bool has_entitlement(Connection& database, const Entitlement& given) {
  const Rows same = database.query(sql::has_entitlement, with_values({}, given));
  return !same.empty() && same.boolean(0, 0);
}

bool write_entitlement(Transaction& database, const Tenant& tenant, const Entitlement& given, LockWait waiting) {
  std::vector<Statement> statements;
  if (waiting == LockWait::brief) statements.push_back({sql::wait_briefly, {}});
  statements.push_back({sql::write_entitlement, with_values({tenant.id, tenant.epoch}, given)});
  const Rows written = database.connection().batch(statements, Snapshot::each).back();
  if (written.empty()) throw_overtaken(tenant);
  return written.boolean(0, 0);
}

bool write_entitlement(Platform& platform, const Tenant& tenant, Connection& database) {
  const Entitlement given = registered_entitlement(platform.control(), tenant);
  // What a session asks first, behind the door, only reads unless it is asked in a transaction.
  Transaction transaction(database);
  const bool changed = write_entitlement(transaction, tenant, given);
  transaction.commit();
  return changed;
}

}  // namespace acctl

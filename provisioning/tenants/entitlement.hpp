// Copies what a tenant's plan gives from the registry into the tenant's own database, where it binds the application,
// which reads it in the view app.plan.
#pragma once

#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/tenant_locks.hpp"

namespace acctl {

// `parameters`, and behind them plan, seats, projects, bytes of storage and features of the tenant; read from the
// registry unless it was already read.
std::vector<Param> with_entitlement(Platform& platform, Tenant& tenant, std::vector<Param> parameters);

// Whether the tenant's own database has what the registry has now.
bool has_entitlement(Platform& platform, const Tenant& tenant, Connection& database);

// The same of what is known already.
bool has_entitlement(Connection& database, const Entitlement& given);

// What the registry says that the tenant may use.
Entitlement registered_entitlement(Connection& control, const Tenant& tenant);

// Writes that in the caller's transaction; whether anything was changed. Throws Error(locked) if a later run has the
// tenant, or if another transaction has the row for longer than is waited.
bool write_entitlement(Transaction& database, const Tenant& tenant, const Entitlement& given,
                       LockWait waiting = LockWait::usual);

// Makes it have that; whether anything was changed. The caller holds the tenant's lock, so that of two runs the later
// one reads what the earlier one left. Throws Error(locked) if a later run has the tenant.
bool write_entitlement(Platform& platform, const Tenant& tenant, Connection& database);

}  // namespace acctl

// Compares what a tenant uses with what it may use.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct TenantUse {
  std::int64_t seats = 0;
  std::int64_t projects = 0;
  std::int64_t storage_bytes = 0;
  std::int64_t custom_roles = 0;  // not seeded by its pack
  std::int64_t crm_users = 0;
  std::int64_t sso_users = 0;  // who sign in with an identity provider
  bool sso_enforced = false;   // whether the tenant's settings demand it
};

// Asks the tenant's own database.
TenantUse read_use(Connection& database);

// Whether `after` has a lower limit or lacks a feature of `before`.
bool takes_away(const Entitlement& before, const Entitlement& after);

// How many users there are beyond the seats of `given`.
std::int64_t users_over(const Entitlement& given, const TenantUse& use);

// Whether it leaves fewer seats than there are users, and fewer than before: nobody does that unless it is asked for.
bool lacks_seats(const Entitlement& before, const Entitlement& after, const TenantUse& use);

// The Error(refused) that says so; `way` is how to do it all the same, as a clause.
Error too_few_seats(const std::string& slug, const Entitlement& after, const TenantUse& use, const std::string& way);

// What the change from `before` to `after` means to a tenant, as sentences without an end: "limit of projects: 100 ->
// 5", "12 custom roles stay but cannot be changed". Pure. Without `use` only what is the same for all tenants.
std::vector<std::string> describe_entitlement_change(const Entitlement& before, const Entitlement& after,
                                                     const TenantUse* use);

// "5 GB", "1.2 GB", "512 MB", "17 bytes": in steps of 1024.
std::string describe_bytes(std::int64_t bytes);

}  // namespace acctl

// Reserves what only one tenant can have: slug, host names, support address, storage. This comes before anything is
// created.
#pragma once

#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Writes the tenant's row with epoch 1, everything only it can have, its steps and the audit entry, in one statement.
// Nothing if the tenant exists. Throws Error(conflict) naming what is taken, Error(invalid) for an unknown plan,
// server, region or enterprise.
std::optional<Tenant> reserve_tenant(Platform& platform, const TenantRequest& request,
                                     const std::vector<std::string>& steps);

// Whether a domain is the platform's base domain or below it: a customer's "own" domain could else be the host name of
// a tenant to come.
bool is_platform_domain(const Platform& platform, const std::string& domain);

// Whether the tenant has all of that; and reserves again what it lacks. What another tenant holds in the meantime stays
// there: ask again.
bool names_reserved(const Tenant& tenant);
void reserve_names_again(Platform& platform, const Tenant& tenant);

}  // namespace acctl

// What only one tenant can have: slug, host names, support address, storage. Reserved before anything is made.
#pragma once

#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Writes the tenant's row with epoch 1, everything only it can have, its steps and the audit entry, in one statement.
// Nothing if the tenant exists. Throws Error(conflict) naming what is taken, Error(invalid) for an unknown plan,
// server, region or enterprise.
std::optional<Tenant> reserve_tenant(Platform& platform, const TenantRequest& request,
                                     const std::vector<std::string>& steps);

// Whether the tenant has what only it can have, and puts back what it lacks. What another tenant has meanwhile is not
// taken from it: ask again.
bool names_reserved(const Tenant& tenant);
void reserve_names_again(Platform& platform, const Tenant& tenant);

}  // namespace acctl

// Copies limits and features of plans to the tenants that have them.
#pragma once

#include "provisioning/plan/report.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Writes limits and features of a tenant that is in use or suspended to its database if it has others; whether it had.
// A rehearsal only looks.
bool refresh_entitlement(Platform& platform, const Tenant& tenant, Mode mode);

// Writes limits and features of `plans` to the databases of all their tenants that are in use or suspended, `parallel`
// at a time. Each tenant counts as unchanged in the report, or is one of its failures; `changed` of them had other
// ones.
FleetReport refresh_entitlements(Platform& platform, const std::vector<std::string>& plans, int parallel,
                                 std::size_t& changed);

}  // namespace acctl

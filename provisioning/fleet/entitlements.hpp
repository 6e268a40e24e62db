// Copies limits and features of plans to the tenants that have them.
#pragma once

#include "provisioning/plan/report.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Writes limits and features of `plans` to the databases of all their tenants that are in use or suspended, `parallel`
// at a time. Each tenant counts as unchanged in the report, or is one of its failures; `changed` of them had other
// ones.
FleetReport refresh_entitlements(Platform& platform, const std::vector<std::string>& plans, int parallel,
                                 std::size_t& changed);

}  // namespace acctl

// Says why a run has lost tenants to later runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/plan/report.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// Of the failures of tenants that were locked, those of tenants that `was_active` says yes to and that are suspended by
// now say so, and what to do. Asks the registry only if there are any; if it cannot be asked, they stay as they are.
void explain_suspensions(const Platform& platform, std::vector<TenantFailure>& failures,
                         const std::function<bool(const std::string& slug)>& was_active);

}  // namespace acctl

// Provisions many tenants at a time: one tenant's failure is a value and stops nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/tenants/provision.hpp"

namespace acctl {

struct TenantOutcome {
  std::string slug;
  std::optional<ProvisionResult> result;
  std::optional<Error> error;  // set when there is no result
};

// Provisions all of `requests`, `parallel` at a time, in any order; the outcomes stand in the order of the requests.
// `done` is called with each outcome, from any thread. Throws only if nothing could be started, or when interrupted.
std::vector<TenantOutcome> create_tenants(Platform& platform, const std::vector<TenantRequest>& requests, int parallel,
                                          const std::function<void(const TenantOutcome&)>& done);

}  // namespace acctl

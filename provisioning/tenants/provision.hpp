// Provisions a tenant from a request, in steps that each look before they act.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "provisioning/tenants/first_invitations.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

enum class Provisioned { created, resumed, unchanged };

struct ProvisionResult {
  Tenant tenant;
  Provisioned how = Provisioned::created;
  bool mail_waits = false;       // of one that is unchanged: messages of an earlier run wait to be sent
  std::int64_t invitations = 0;  // that it queues, or would queue: of the administrator, of people of its enterprise
};

// Called as each step begins, with tenant and step.
using StepListener = std::function<void(const std::string& slug, std::string_view step)>;

// Provisions the tenant of `request`, resumes where an earlier run stopped, or finds nothing to do. Throws
// Error(conflict) if the tenant exists and differs from the request, or is in a state that cannot be resumed.
ProvisionResult create_tenant(Platform& platform, const TenantRequest& request, const StepListener& listener);

// For a tenant that is complete and what `request` asks for: looked at, and left as it is. Nothing if there is
// something to do. Needs no lock and no session of the control database, so that many can be looked at from many
// threads.
std::optional<ProvisionResult> unchanged_tenant(const Platform& platform, const Tenant& tenant,
                                                const TenantRequest& request);

// Resumes a tenant that is provisioning or failed; an active one stays unchanged.
ProvisionResult retry_tenant(Platform& platform, const std::string& slug, const StepListener& listener);

// What retry_tenant() would do, without doing it.
ProvisionResult rehearse_retry(Platform& platform, const std::string& slug);

// What create_tenant() would do, without doing it: the checks and the reservation, rolled back. With `founders` after
// the tenants that were rehearsed with it before.
ProvisionResult rehearse_tenant(Platform& platform, const TenantRequest& request, FoundersToBe& founders);
inline ProvisionResult rehearse_tenant(Platform& platform, const TenantRequest& request) {
  FoundersToBe founders;
  return rehearse_tenant(platform, request, founders);
}

}  // namespace acctl

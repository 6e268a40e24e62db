// Says what a file of the platform would change, and what that means to the tenants on its plans.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/plan/report.hpp"
#include "provisioning/platform/changes.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct AffectedTenant {
  Tenant tenant;
  Entitlement before;
  Entitlement after;
  std::vector<std::string> effects = {};  // as describe_entitlement_change() says them
  std::optional<Error> lacks_seats = {};  // it would have fewer seats than users
};

struct PlatformPlan {
  std::vector<PlatformChange> changes;
  std::vector<AffectedTenant> affected;  // whose limits or features change, by slug
  std::vector<TenantFailure> unread;     // of them those that could not be asked how much they use
};

// Writes nothing. The databases of tenants that lose something are asked, `parallel` at a time.
PlatformPlan plan_platform(Platform& platform, const PlatformDefinitions& wanted, int parallel);

// For people, each effect once: "gamma: 1 user over the limit; …", "loses the feature crm in 7 tenants".
std::vector<std::string> list_effects(const PlatformPlan& plan);

// Throws Error(refused) if a tenant would have fewer seats than users.
void require_seats(const PlatformPlan& plan);

}  // namespace acctl

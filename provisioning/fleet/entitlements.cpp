#include "provisioning/fleet/entitlements.hpp"

#include <algorithm>
#include <mutex>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

bool refresh_entitlement(Platform& platform, const Tenant& tenant, Mode mode) {
  const auto database = enter(platform, tenant, Access::write);
  if (has_entitlement(platform, tenant, database)) return false;
  if (mode == Mode::rehearse) return true;
  const TenantLock lock(platform, tenant.slug);
  return write_entitlement(platform, tenant, database);
}

FleetReport refresh_entitlements(Platform& platform, const std::vector<std::string>& plans, int parallel,
                                 std::size_t& changed) {
  const std::vector<Tenant> tenants =
      list_tenants(platform, {.conditions = {is_one_of("status", {"active", "suspended"}), is_one_of("plan", plans)}});
  FleetReport report;
  std::mutex mutex;
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(parallel));
  Step updating("updating", tenants.size(), "tenants");
  for_each_index(updating, platform.fitting_workers(parallel, tenants.size(), 2),
                 [&](std::size_t index, std::size_t worker) {
                   const Tenant& tenant = tenants[index];
                   const Concerning concerned(tenant.slug);
                   const auto failure = catch_failure([&] {
                     if (!sessions[worker] || !sessions[worker]->control().usable())
                       sessions[worker] = platform.another();
                     const bool other = refresh_entitlement(*sessions[worker], tenant, Mode::perform);
                     const std::lock_guard lock(mutex);
                     ++report.unchanged;
                     if (other) ++changed;
                   });
                   if (failure) {
                     const std::lock_guard lock(mutex);
                     report.failures.push_back({tenant.slug, *failure});
                   }
                 });
  std::ranges::sort(report.failures, {}, &TenantFailure::tenant);
  return report;
}

}  // namespace acctl

#include "commands/user/offboard_tenants.hpp"

#include <mutex>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"

namespace acctl {

namespace {

// "" if the tenant can be read.
std::string why_unreadable(const Tenant& tenant) {
  if (tenant.status == "active" || tenant.status == "suspended") return "";
  return tenant.status == "deprovisioning" ? std::string(held_for_deletion) : "is " + tenant.status;
}

}  // namespace

UnreadTenants unreadable_tenants(const std::vector<Tenant>& tenants) {
  UnreadTenants all;
  for (const Tenant& tenant : tenants) {
    const std::string why = why_unreadable(tenant);
    if (!why.empty()) all[tenant.slug] = why;
  }
  return all;
}

UnreadTenants visit_readable_tenants(
    const Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
    const std::function<void(const TenantSession& database, const Tenant& tenant)>& work) {
  UnreadTenants unread;
  std::mutex mutex;
  Step reading("reading", tenants.size(), "tenants");
  for_each_index(reading, platform.fitting_workers(session.parallel(), tenants.size(), 1),
                 [&](std::size_t i, std::size_t) {
                   const Tenant& tenant = tenants[i];
                   const Concerning concerned(tenant.slug);
                   std::string why = why_unreadable(tenant);
                   const auto failure = catch_failure([&] {
                     if (why.empty()) work(enter(platform, tenant), tenant);
                   });
                   if (failure) why = failure->what();
                   const std::lock_guard lock(mutex);
                   if (!why.empty()) unread[tenant.slug] = why;
                 });
  return unread;
}

}  // namespace acctl

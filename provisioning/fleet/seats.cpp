#include "provisioning/fleet/seats.hpp"

#include <algorithm>
#include <mutex>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

FleetReport refresh_seats(const Platform& platform, std::vector<Tenant>& tenants, int parallel, Mode mode) {
  FleetReport report;
  report.only_read = true;
  std::map<std::string, SeatCount> seen;
  std::mutex mutex;
  Step counting("counting the seats of", tenants.size(), "tenants");
  for_each_index(counting, parallel, [&](std::size_t index, std::size_t) {
    Tenant& tenant = tenants[index];
    const Concerning concerned(tenant.slug);
    if (is_reached(tenant, Reach::suspended_too)) {
      const auto failure = catch_failure([&] {
        const SeatCount seats = count_seats(enter(platform, tenant));
        tenant.seats_used = seats.used;
        tenant.seats_as_of = seats.at;
        const std::lock_guard lock(mutex);
        seen[tenant.slug].used = seats.used;
        ++report.unchanged;
      });
      if (failure) {
        const std::lock_guard lock(mutex);
        report.failures.push_back({tenant.slug, *failure});
      }
    }
  });
  if (mode == Mode::perform) remember_seats(platform, seen);
  std::ranges::sort(report.failures, {}, &TenantFailure::tenant);
  return report;
}

}  // namespace acctl

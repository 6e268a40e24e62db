#include "provisioning/fleet/overtaken.hpp"

#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

void explain_suspensions(const Platform& platform, std::vector<TenantFailure>& failures,
                         const std::function<bool(const std::string& slug)>& was_active) {
  TenantFilter filter;
  for (const TenantFailure& failure : failures) {
    if (failure.error.kind() == ErrorKind::locked && was_active(failure.tenant)) filter.slugs.push_back(failure.tenant);
  }
  if (filter.slugs.empty()) return;
  std::vector<Tenant> tenants;
  if (catch_failure([&] { tenants = list_targets(*platform.another(), filter); })) return;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "suspended") continue;
    for (TenantFailure& failure : failures) {
      if (failure.tenant != tenant.slug || failure.error.kind() != ErrorKind::locked) continue;
      failure.error = Error(ErrorKind::locked,
                            "tenant " + tenant.slug + " was suspended in the meantime; nothing was changed there",
                            "Resume it, then run the command again: acctl tenant resume " + tenant.slug);
    }
  }
}

}  // namespace acctl

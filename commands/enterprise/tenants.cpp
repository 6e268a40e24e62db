#include "commands/enterprise/tenants.hpp"

#include <algorithm>

#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

std::vector<Tenant> list_members(Platform& platform, const std::string& key) {
  return list_targets(platform, {.conditions = {is_one_of("enterprise", {key})}});
}

std::vector<Tenant> require_named_tenants(Platform& platform, const std::string& key,
                                          const std::vector<std::string>& slugs, GrantAction action) {
  std::vector<Tenant> tenants = list_targets(platform, {.slugs = slugs});
  for (const std::string& slug : slugs) {
    if (std::ranges::find(tenants, slug, &Tenant::slug) == tenants.end()) require_tenant(platform, slug);
  }
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, action == GrantAction::take ? Reach::suspended_too : Reach::active)) {
      throw not_active(tenant);
    }
    if (tenant.enterprise && *tenant.enterprise != key) {
      throw Error(
          ErrorKind::conflict, "tenant " + tenant.slug + " is in enterprise " + *tenant.enterprise,
          "Remove it from there first: acctl enterprise remove-tenant " + *tenant.enterprise + " " + tenant.slug);
    }
  }
  return tenants;
}

}  // namespace acctl

#include "commands/enterprise/tenants.hpp"

#include <algorithm>

#include "commands/reports/change_text.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

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

Membership plan_membership(const std::string& enterprise, const std::vector<Tenant>& tenants, GrantAction action) {
  Membership membership{.enterprise = enterprise, .action = action, .changed = {}, .unchanged = {}};
  for (const Tenant& tenant : tenants) {
    const bool stays = tenant.enterprise.has_value() == (action == GrantAction::give);
    (stays ? membership.unchanged : membership.changed).push_back(tenant.slug);
  }
  return membership;
}

void add_membership(const Membership& membership, FleetReport& report) {
  std::vector<std::string> changed = membership.changed;
  // Where the grants cannot be made, or revoked, it stays as it is.
  if (!membership.done) std::erase_if(changed, [&](const std::string& slug) { return has_failed(report, slug); });
  const bool joins = membership.action == GrantAction::give;
  const std::vector<std::string> none;
  report.more["membership"] = {{"enterprise", membership.enterprise},
                               {"added", joins ? changed : none},
                               {"removed", joins ? none : changed},
                               {"unchanged", membership.unchanged}};
  if (changed.empty()) return;
  report.beside.push_back(counted(changed.size(), "tenant") + (membership.done ? " " : " to be ") +
                          (joins ? "added to" : "removed from") + " enterprise " + membership.enterprise);
}

void tell_changed(Session& session, const Membership& membership) {
  if (membership.changed.empty()) return;
  session.terminal().info(counted(membership.changed.size(), "tenant") +
                          (membership.action == GrantAction::give ? " added to" : " removed from") + " enterprise " +
                          membership.enterprise + ": " + shortened(membership.changed));
}

void tell_unchanged(Session& session, const Membership& membership) {
  if (membership.unchanged.empty()) return;
  session.terminal().info(counted(membership.unchanged.size(), "tenant") +
                          (membership.action == GrantAction::give ? " already in" : " not in") + " enterprise " +
                          membership.enterprise + ": " + shortened(membership.unchanged));
}

}  // namespace acctl

#include <algorithm>

#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/rights.hpp"
#include "commands/enterprise/tenants.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/enterprise_keys.hpp"

namespace acctl {

namespace {

struct RemoveTenants {
  std::string key;
  std::vector<std::string> slugs;
};

// Throws Error(refused) if the user of --as names a tenant that is not the enterprise's, whether it exists or not.
void require_members(const Session& session, Platform& platform, const RemoveTenants& options) {
  if (acting_user(session.settings().as).empty()) return;
  const std::vector<Tenant> members = list_members(platform, options.key);
  for (const std::string& slug : options.slugs) {
    if (std::ranges::find(members, slug, &Tenant::slug) == members.end()) throw not_administered(session, slug);
  }
}

int run(Session& session, const RemoveTenants& options) {
  Platform platform = open_platform(session);
  require_enterprise_admin(session, platform, options.key);
  require_members(session, platform, options);
  std::vector<Tenant> tenants = require_named_tenants(platform, options.key, options.slugs, GrantAction::take);
  Membership membership = plan_membership(options.key, tenants, GrantAction::take);
  tell_unchanged(session, membership);
  std::erase_if(tenants, [](const Tenant& tenant) { return !tenant.enterprise; });
  const auto elsewhere = [&](const FleetReport& planned) {
    std::vector<std::string> slugs;
    for (const Tenant& tenant : tenants) slugs.push_back(tenant.slug);
    std::erase_if(slugs, [&](const std::string& slug) { return has_failed(planned, slug); });
    return slugs.empty() ? "" : "remove " + enumerated(slugs, 5) + " from enterprise " + options.key;
  };
  EnterpriseLoss loss;
  for (const Tenant& tenant : tenants) loss.tenants.insert(tenant.slug);
  const auto losses = [&] { return EnterpriseLosses{{options.key, loss}}; };
  const auto planned = [&] { require_own_admin_after(session, platform, options.key, loss); };
  const auto after = [&](const FleetReport& outcome) {
    membership.changed.clear();
    membership.done = true;
    for (const Tenant& tenant : tenants) {
      if (has_failed(outcome, tenant.slug)) continue;
      settle_keys_of_tenant(platform, tenant, {}, make_run_record(session, "enterprise remove-tenant", "", {}),
                            Ending::commit);
      if (leave_enterprise(platform, tenant.slug, options.key)) membership.changed.push_back(tenant.slug);
    }
    tell_changed(session, membership);
  };
  return change_grants(
      session, platform, tenants, person_grants(enterprise_grants(platform, options.key)), GrantAction::take,
      "enterprise remove-tenant",
      {.elsewhere = elsewhere, .losses = losses, .planned = planned, .after = after, .amend = [&](FleetReport& report) {
         add_membership(membership, report);
       }});
}

}  // namespace

Command enterprise_remove_tenant_command() {
  return command<RemoveTenants>("remove-tenant", "remove tenants from an enterprise", run)
      .describe(R"(
Revokes the enterprise's grants in these tenants, including suspended ones, after showing who loses what, and removes
the tenants from the enterprise. What was granted in a tenant before is kept. A tenant that would be left without an
admin stays in the enterprise (exit 5). Nothing is removed if tenants would stay in which nobody is an active
enterprise admin (exit 5), or if, with --as, that user would no longer be one.)")
      .argument("KEY", "key of the enterprise", &RemoveTenants::key)
      .values(Values::enterprises)
      .argument("SLUG...", "tenants to remove", &RemoveTenants::slugs)
      .values(Values::tenants)
      .example("acctl enterprise remove-tenant umbrella globex", "Show who loses what, and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

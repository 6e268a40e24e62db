#include <algorithm>

#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/tenants.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

struct GrantEnterprise : GrantWords {};

// Tenants that became active since `known` was read.
std::vector<Tenant> newly_active(Platform& platform, const std::string& key, const std::vector<Tenant>& known) {
  std::vector<Tenant> tenants = list_members(platform, key);
  std::erase_if(tenants, [&](const Tenant& tenant) {
    const auto before = std::ranges::find(known, tenant.slug, &Tenant::slug);
    return tenant.status != "active" || (before != known.end() && before->status == "active");
  });
  return tenants;
}

int run(Session& session, const GrantEnterprise& options) {
  auto [platform, emails, tenants] = begin_grant_run(session, options);
  std::vector<PersonGrant> grants = make_grants(enterprise_grants(platform, options.key), emails, options.role);
  const auto before = [&](const FleetReport& planned) {
    if (!any_succeeds(planned, tenants)) return;
    add_enterprise_grants(platform, options.key, emails, options.role);
    fill_in_people(platform, options.key, grants);
  };
  const int status =
      change_grants(session, platform, tenants, grants, GrantAction::give, "enterprise grant", {.before = before});
  warn_of_skipped(session, tenants, GrantAction::give);
  if (session.settings().dry_run) return status;
  // One that was being provisioned may have read the grants before there was this one.
  const std::vector<Tenant> late = newly_active(platform, options.key, tenants);
  return late.empty() ? status
                      : change_grants(session, platform, late, grants, GrantAction::give, "enterprise grant", {});
}

}  // namespace

Command enterprise_grant_command() {
  return command<GrantEnterprise>("grant", "grant a role in all present and future tenants of an enterprise", run)
      .describe(R"(
Records the grant and gives the users the role in every tenant of the enterprise; those who are not yet users of a
tenant are invited there. The grant belongs to the person: it follows a change of address, cannot be changed from
inside a tenant, and ends when the person is suspended or deleted in all of them. A tenant that does not have the
role, or in which the user is suspended, is reported (exit 6); running the command again completes what is missing.)")
      .argument("KEY", "key of the enterprise", &GrantEnterprise::key)
      .values(Values::enterprises)
      .argument("EMAIL...", "addresses of the users", &GrantEnterprise::emails)
      .values(Values::enterprise_people)
      .argument("ROLE", "key of the role in the tenants", &GrantEnterprise::role)
      .values(Values::enterprise_roles)
      .example("acctl enterprise grant umbrella ana@umbrella.example enterprise-admin", "In all tenants of umbrella.")
      .formats(report_formats());
}

}  // namespace acctl

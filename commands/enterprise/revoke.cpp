#include <algorithm>

#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/rights.hpp"
#include "commands/enterprise/tenants.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

struct RevokeEnterprise : GrantWords {};

// Throws Error(invalid) if somebody whose grant is to be revoked is neither a user of any tenant nor known to the
// registry: the address is mistyped then.
void require_known(const Platform& platform, const std::vector<EnterpriseGrant>& recorded,
                   const std::vector<std::string>& emails, const std::vector<Tenant>& tenants) {
  std::vector<std::string> unknown = emails;
  std::erase_if(unknown, [&](const std::string& email) {
    return std::ranges::find(recorded, email, &EnterpriseGrant::email) != recorded.end();
  });
  if (unknown.empty()) return;
  NamedPeople named(unknown);
  std::vector<std::string> holders;
  for (const EnterpriseGrant& grant : recorded) holders.push_back(grant.email);
  for (const std::string& email : unknown) named.suggest(email, holders);
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, Reach::suspended_too)) continue;
    // Somebody unknown may be a user of a tenant that cannot be read.
    if (catch_failure([&] { named.look(enter(platform, tenant), tenant.slug); })) return;
  }
  named.require();
}

int run(Session& session, const RevokeEnterprise& options) {
  auto [platform, emails, tenants] = begin_grant_run(session, options);
  const std::vector<EnterpriseGrant> recorded = enterprise_grants(platform, options.key);
  require_known(platform, recorded, emails, tenants);
  const std::vector<PersonGrant> grants = make_grants(recorded, emails, options.role);
  const EnterpriseLoss loss{.revoked = grants};
  const auto losses = [&] { return EnterpriseLosses{{options.key, loss}}; };
  const auto planned = [&] { require_own_admin_after(session, platform, options.key, loss); };
  const bool is_recorded = std::ranges::any_of(recorded, [&](const EnterpriseGrant& one) {
    return one.role == options.role && std::ranges::find(emails, one.email) != emails.end();
  });
  const auto elsewhere = [&](const FleetReport& report) {
    return is_recorded && any_succeeds(report, tenants)
               ? "end the grant of " + options.role + " for the enterprise " + options.key
               : std::string();
  };
  const auto before = [&](const FleetReport& report) {
    if (any_succeeds(report, tenants)) remove_enterprise_grants(platform, options.key, emails, options.role);
  };
  const int status = change_grants(session, platform, tenants, grants, GrantAction::take, "enterprise revoke",
                                   {.elsewhere = elsewhere, .losses = losses, .planned = planned, .before = before});
  warn_of_skipped(session, tenants, GrantAction::take);
  return status;
}

}  // namespace

Command enterprise_revoke_command() {
  return command<RevokeEnterprise>("revoke", "revoke a role in all tenants of an enterprise", run)
      .describe(R"(
Removes the grant and takes the role from the users in every tenant of the enterprise, including suspended ones, after
showing what they lose. Roles that a tenant had granted before are kept. If somebody is the last admin of a tenant,
the change is refused there, reported (exit 6), and made in the others. Revoking the role of the last active
enterprise admin is refused (exit 5), and so is, with --as, an enterprise admin's own.)")
      .argument("KEY", "key of the enterprise", &RevokeEnterprise::key)
      .values(Values::enterprises)
      .argument("EMAIL...", "addresses of the users", &RevokeEnterprise::emails)
      .values(Values::enterprise_people)
      .argument("ROLE", "key of the role in the tenants", &RevokeEnterprise::role)
      .values(Values::enterprise_roles)
      .example("acctl enterprise revoke umbrella ana@umbrella.example enterprise-admin", "Show the plan and prompt.")
      .formats(report_formats());
}

}  // namespace acctl

#include <algorithm>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
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

struct AddTenants {
  std::string key;
  std::vector<std::string> slugs;
};

// The grants of the enterprise, without those of people who are suspended in any of its tenants.
std::vector<PersonGrant> find_valid_grants(Session& session, Platform& platform, const std::string& key) {
  const EnterpriseStanding standing = read_standing(platform, key);
  Remarks warnings(session.terminal(), Remarks::Tone::warning);
  for (const auto& [slug, why] : standing.unread) warnings.say("tenant " + slug + " cannot be read: " + why);
  std::vector<EnterpriseGrant> grants = standing.grants;
  std::erase_if(grants, [&](const EnterpriseGrant& grant) {
    if (!standing.is_suspended(grant.person)) return false;
    warnings.say(grant.email + " is suspended in another tenant of the enterprise and does not get role " + grant.role +
                 " here");
    return true;
  });
  return person_grants(grants);
}

// The grant that makes the administrator of an enterprise's first tenant its enterprise admin; a warning if that is not
// possible.
std::optional<PersonGrant> find_founder(Session& session, Platform& platform, const AddTenants& options) {
  const Founder founder = propose_founder(platform, options.key, options.slugs);
  if (!founder.why_not.empty()) {
    session.terminal().warn("no enterprise admin is appointed: " + founder.why_not +
                            "; appoint one with 'acctl enterprise grant " + options.key + " EMAIL " + founder.role +
                            "'");
  }
  if (founder.email.empty()) return std::nullopt;
  session.terminal().info(founder.email + " will be enterprise admin of " + options.key + " (role " + founder.role +
                          "), as the administrator of its first tenant");
  return PersonGrant{.person = {}, .email = founder.email, .role = founder.role};
}

// Throws Error(refused) if the user of --as adds a tenant that they do not administer.
void require_own_tenant(const Session& session, const Platform& platform, const Tenant& tenant) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty() || tenant.enterprise || administers(platform, tenant, user)) return;
  throw Error(ErrorKind::refused, "refused: " + user + " is not an active admin of tenant " + tenant.slug,
              "With --as, acctl does what this user could do in the application, and no more.");
}

int run(Session& session, const AddTenants& options) {
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  require_enterprise_admin(session, platform, options.key);
  const std::vector<Tenant> tenants = require_named_tenants(platform, options.key, options.slugs, GrantAction::give);
  for (const Tenant& tenant : tenants) require_own_tenant(session, platform, tenant);
  std::vector<PersonGrant> grants = find_valid_grants(session, platform, options.key);
  const std::optional<PersonGrant> founder = find_founder(session, platform, options);
  if (founder) grants.push_back(*founder);
  Membership membership = plan_membership(options.key, tenants, GrantAction::give);
  tell_unchanged(session, membership);
  const auto before = [&](const FleetReport&) {
    membership.changed.clear();
    membership.done = true;
    for (const Tenant& tenant : tenants) {
      if (join_enterprise(platform, tenant.slug, options.key)) membership.changed.push_back(tenant.slug);
    }
    tell_changed(session, membership);
    if (founder) found_enterprise(platform, options.key, founder->email, founder->role);
    fill_in_people(platform, options.key, grants);
  };
  // Joining alone changes nobody's access; a prompt is needed if somebody is invited or gets a role by it, or if keys
  // of the enterprise work there from then on.
  const std::vector<EnterpriseKey> keys = enterprise_keys(platform, options.key);
  std::vector<std::string> key_names;
  for (const EnterpriseKey& key : keys) key_names.push_back(key.name);
  const bool brings_keys =
      !keys.empty() && std::ranges::any_of(tenants, [](const Tenant& tenant) { return !tenant.enterprise; });
  if (brings_keys) {
    session.terminal().info(counted(keys.size(), "API key") + " of enterprise " + options.key +
                            " will work there: " + enumerated(key_names, 5));
  }
  const auto elsewhere = [&](const FleetReport& planned) {
    const bool changes =
        std::ranges::any_of(planned.groups, [](const PlanGroup& group) { return !group.plan.changes.empty(); });
    return changes || brings_keys ? "add " + enumerated(options.slugs, 5) + " to enterprise " + options.key
                                  : std::string();
  };
  const int status = change_grants(session, platform, tenants, grants, GrantAction::give, "enterprise add-tenant",
                                   {.elsewhere = elsewhere, .before = before, .amend = [&](FleetReport& report) {
                                      add_membership(membership, report);
                                    }});
  if (session.settings().dry_run) return status;
  const std::vector<EnterpriseKey> current = enterprise_keys(platform, options.key);
  for (const Tenant& tenant : tenants) {
    if (current.empty()) break;
    settle_keys_of_tenant(platform, tenant, current, make_run_record(session, "enterprise add-tenant", "", {}),
                          Ending::commit);
  }
  // A grant that was made while a person was being prompted did not reach tenants that had not joined yet.
  const std::vector<EnterpriseGrant> now = enterprise_grants(platform, options.key);
  const bool more = std::ranges::any_of(now, [&](const EnterpriseGrant& one) {
    return std::ranges::none_of(
        grants, [&](const PersonGrant& given) { return given.email == one.email && given.role == one.role; });
  });
  if (more && status == 0)
    session.terminal().info("not every grant of the enterprise was applied here; see 'acctl tenant doctor'");
  return status;
}

}  // namespace

Command enterprise_add_tenant_command() {
  return command<AddTenants>("add-tenant", "add tenants to an enterprise", run)
      .describe(R"(
Adds tenants to an enterprise. Everybody who is granted a role in the enterprise gets it in these tenants, too, and
is invited if they are not yet a user there, and its API keys work there; this is shown and has to be confirmed.
Somebody who is suspended in another tenant of the enterprise is skipped. The administrator of the enterprise's
first tenant becomes enterprise admin if the tenant's pack has such a role and they are an active admin. A tenant of
another enterprise is a conflict (exit 7).)")
      .argument("KEY", "key of the enterprise", &AddTenants::key)
      .values(Values::enterprises)
      .argument("SLUG...", "tenants to add", &AddTenants::slugs)
      .values(Values::tenants)
      .example("acctl enterprise add-tenant umbrella acme globex", "Add two tenants at once.")
      .formats(report_formats());
}

}  // namespace acctl

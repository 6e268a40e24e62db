#include <algorithm>
#include <set>

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

// Who becomes enterprise admin as the administrator of the enterprise's first tenant, without an address if nobody
// does; a warning if that is not possible.
Founder find_founder(Session& session, Platform& platform, const AddTenants& options) {
  Founder founder = propose_founder(platform, options.key, options.slugs);
  if (!founder.why_not.empty()) {
    session.terminal().warn("no enterprise admin is appointed: " + founder.why_not +
                            "; appoint one with 'acctl enterprise grant " + options.key + " EMAIL " + founder.role +
                            "'");
  }
  if (founder.email.empty()) return {};
  session.terminal().info(founder.email + " will be enterprise admin of " + options.key + " (role " + founder.role +
                          "), as the administrator of its first tenant");
  return founder;
}

// Throws Error(refused) if the user of --as adds a tenant that neither is the enterprise's nor administered by them:
// the same for one that does not exist, is another customer's, or cannot be entered.
void require_own_tenants(const Session& session, Platform& platform, const AddTenants& options) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty()) return;
  for (const std::string& slug : options.slugs) {
    const std::optional<Tenant> tenant = find_tenant(platform, slug);
    if (tenant && tenant->enterprise == options.key) continue;
    bool own = false;
    try {
      own = tenant && tenant->status == "active" && administers(platform, *tenant, user);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
    }
    if (!own) throw not_administered(session, slug);
  }
}

// Says which keys of the enterprise will work in tenants that join it; false if none.
bool tell_keys(Session& session, Platform& platform, const std::string& key, const std::vector<Tenant>& tenants) {
  const std::vector<EnterpriseKey> keys = enterprise_keys(platform, key);
  if (keys.empty() || std::ranges::all_of(tenants, [](const Tenant& one) { return one.enterprise.has_value(); })) {
    return false;
  }
  std::vector<std::string> names;
  for (const EnterpriseKey& one : keys) names.push_back(one.name);
  session.terminal().info(counted(keys.size(), "API key") + " of enterprise " + key +
                          " will work there: " + enumerated(names, 5));
  return true;
}

// Joins those of `tenants` that can take the grants; the slugs of all that are in the enterprise then.
std::set<std::string> join_all(Platform& platform, const std::vector<Tenant>& tenants, const FleetReport& planned,
                               Membership& membership) {
  std::set<std::string> members;
  membership.changed.clear();
  membership.done = true;
  for (const Tenant& tenant : tenants) {
    if (!tenant.enterprise && has_failed(planned, tenant.slug)) continue;
    members.insert(tenant.slug);
    if (join_enterprise(platform, tenant.slug, membership.enterprise)) membership.changed.push_back(tenant.slug);
  }
  return members;
}

int run(Session& session, const AddTenants& options) {
  Platform platform = open_platform(session);
  require_enterprise_admin(session, platform, options.key);
  require_own_tenants(session, platform, options);
  const std::vector<Tenant> tenants = require_named_tenants(platform, options.key, options.slugs, GrantAction::give);
  std::vector<PersonGrant> grants = find_valid_grants(session, platform, options.key);
  const Founder founder = find_founder(session, platform, options);
  if (!founder.email.empty()) grants.push_back({.person = {}, .email = founder.email, .role = founder.role});
  Membership membership = plan_membership(options.key, tenants, GrantAction::give);
  tell_unchanged(session, membership);
  // Joining alone changes nobody's access; a prompt is needed if somebody is invited or gets a role by it, or if keys
  // of the enterprise work there from then on.
  const bool brings_keys = tell_keys(session, platform, options.key, tenants);
  const auto elsewhere = [&](const FleetReport& planned) {
    std::vector<std::string> slugs = options.slugs;
    std::erase_if(slugs, [&](const std::string& slug) { return has_failed(planned, slug); });
    const bool changes =
        std::ranges::any_of(planned.groups, [](const PlanGroup& group) { return !group.plan.changes.empty(); });
    return !slugs.empty() && (changes || brings_keys) ? "add " + enumerated(slugs, 5) + " to enterprise " + options.key
                                                      : std::string();
  };
  std::set<std::string> members;
  const auto before = [&](const FleetReport& planned) {
    members = join_all(platform, tenants, planned, membership);
    tell_changed(session, membership);
    if (!founder.email.empty() && !members.empty() && !has_failed(planned, founder.tenant)) {
      found_enterprise(platform, options.key, founder.email, founder.role);
    }
    fill_in_people(platform, options.key, grants);
  };
  const auto after = [&](const FleetReport&) {
    const std::vector<EnterpriseKey> keys = enterprise_keys(platform, options.key);
    for (const Tenant& tenant : tenants) {
      if (keys.empty() || !members.contains(tenant.slug)) continue;
      settle_keys_of_tenant(platform, tenant, keys, make_run_record(session, "enterprise add-tenant", "", {}),
                            Ending::commit);
    }
  };
  const int status =
      change_grants(session, platform, tenants, grants, GrantAction::give, "enterprise add-tenant",
                    {.elsewhere = elsewhere, .before = before, .after = after, .amend = [&](FleetReport& report) {
                       add_membership(membership, report);
                     }});
  if (session.settings().dry_run) return status;
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
first tenant becomes enterprise admin if the tenant's pack has such a role and they are an active admin. A tenant in
which the grants cannot be made, because it lacks a role, say, is reported and not added (exit 6, or the exit code of
the failure if no tenant is added). A tenant of another enterprise is a conflict (exit 7).)")
      .argument("KEY", "key of the enterprise", &AddTenants::key)
      .values(Values::enterprises)
      .argument("SLUG...", "tenants to add", &AddTenants::slugs)
      .values(Values::tenants)
      .example("acctl enterprise add-tenant umbrella acme globex", "Add two tenants at once.")
      .formats(report_formats());
}

}  // namespace acctl

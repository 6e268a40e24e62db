// enterprise add-tenant, remove-tenant, grant and revoke.
#include <algorithm>

#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/grants.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/enterprise_people.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

// Error(invalid) where somebody whose grant is to be taken back is a user of no tenant, and the registry does not know
// them either.
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
    if (tenant.status != "active" && tenant.status != "suspended") continue;
    try {
      named.look(enter(platform, tenant), tenant.slug);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      return;  // whoever is asked about may be a user there
    }
  }
  named.require();
}

// Where all tenants fail, nothing is remembered either.
bool any_succeeds(const FleetReport& report, const std::vector<Tenant>& tenants) {
  return tenants.empty() || report.failures.size() < tenants.size();
}

void note_skipped(Session& session, const std::vector<Tenant>& tenants, GrantAction action) {
  for (const Tenant& tenant : tenants) {
    if (tenant.status == "active" || (tenant.status == "suspended" && action == GrantAction::take)) continue;
    const bool caught_up = tenant.status == "deprovisioning" && action == GrantAction::take;
    session.terminal().warn(
        "tenant " + tenant.slug + " is " + tenant.status + " and was left out; " +
        (caught_up ? "it is done there when the tenant is resumed" : "run this again when it is active"));
  }
}

struct GrantOptions {
  std::string key;
  std::vector<std::string> emails;
  std::string role;
};

// For these people, with the ids of those whom the registry knows.
std::vector<PersonGrant> named_grants(const std::vector<EnterpriseGrant>& recorded,
                                      const std::vector<std::string>& emails, const std::string& role) {
  std::vector<PersonGrant> grants;
  for (const std::string& email : emails) {
    PersonGrant& grant = grants.emplace_back(PersonGrant{.person = {}, .email = email, .role = role});
    for (const EnterpriseGrant& one : recorded) {
      if (one.email != email) continue;
      grant.person = one.person;
      if (one.role == role) grant.linked = one.linked;
    }
  }
  return grants;
}

// Tenants that became active since `known` was read.
std::vector<Tenant> newly_active(Platform& platform, const std::string& key, const std::vector<Tenant>& known) {
  std::vector<Tenant> tenants = list_targets(platform, {.enterprises = {key}});
  std::erase_if(tenants, [&](const Tenant& tenant) {
    const auto before = std::ranges::find(known, tenant.slug, &Tenant::slug);
    return tenant.status != "active" || (before != known.end() && before->status == "active");
  });
  return tenants;
}

int grant(Session& session, const GrantOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  check_new_key("roles", options.role);
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  require_enterprise_admin(session, platform, options.key);
  const std::vector<Tenant> tenants = list_targets(platform, {.enterprises = {options.key}});
  settle_all(session, platform, tenants);
  std::vector<PersonGrant> grants = named_grants(enterprise_grants(platform, options.key), emails, options.role);
  const auto before = [&](const FleetReport& planned) {
    if (!any_succeeds(planned, tenants)) return;
    add_enterprise_grants(platform, options.key, emails, options.role);
    take_people(platform, options.key, grants);
  };
  const int status =
      change_grants(session, platform, tenants, grants, GrantAction::give, "enterprise grant", {.before = before});
  note_skipped(session, tenants, GrantAction::give);
  if (session.settings().dry_run) return status;
  // One that was being provisioned may have read the grants before there was this one.
  const std::vector<Tenant> late = newly_active(platform, options.key, tenants);
  return late.empty() ? status
                      : change_grants(session, platform, late, grants, GrantAction::give, "enterprise grant", {});
}

int revoke(Session& session, const GrantOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  check_new_key("roles", options.role);
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  require_enterprise_admin(session, platform, options.key);
  const std::vector<Tenant> tenants = list_targets(platform, {.enterprises = {options.key}});
  settle_all(session, platform, tenants);
  const std::vector<EnterpriseGrant> recorded = enterprise_grants(platform, options.key);
  require_known(platform, recorded, emails, tenants);
  const std::vector<PersonGrant> grants = named_grants(recorded, emails, options.role);
  const auto planned = [&] {
    if (const auto refusal = last_admin_refusal(read_standing(platform, options.key), {}, grants)) {
      throw Error(*refusal);
    }
  };
  const bool remembered = std::ranges::any_of(recorded, [&](const EnterpriseGrant& one) {
    return one.role == options.role && std::ranges::find(emails, one.email) != emails.end();
  });
  const auto elsewhere = [&](const FleetReport& report) {
    return remembered && any_succeeds(report, tenants)
               ? "end the grant of " + options.role + " for the enterprise " + options.key
               : std::string();
  };
  const auto before = [&](const FleetReport& report) {
    if (any_succeeds(report, tenants)) remove_enterprise_grants(platform, options.key, emails, options.role);
  };
  const int status = change_grants(session, platform, tenants, grants, GrantAction::take, "enterprise revoke",
                                   {.elsewhere = elsewhere, .planned = planned, .before = before});
  note_skipped(session, tenants, GrantAction::take);
  return status;
}

struct TenantOptions {
  std::string key;
  std::vector<std::string> slugs;
};

// Those that are named, in this enterprise or in none, and active; suspended ones where access is only taken away.
std::vector<Tenant> named_tenants(Platform& platform, const TenantOptions& options, GrantAction action) {
  std::vector<Tenant> tenants = list_targets(platform, {.slugs = options.slugs});
  for (const std::string& slug : options.slugs) {
    if (std::ranges::find(tenants, slug, &Tenant::slug) == tenants.end()) require_tenant(platform, slug);
  }
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, action == GrantAction::take ? Reach::suspended_too : Reach::active)) {
      throw not_active(tenant);
    }
    if (tenant.enterprise && *tenant.enterprise != options.key) {
      throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is in enterprise " + *tenant.enterprise,
                  "Take it out there first: acctl enterprise remove-tenant " + *tenant.enterprise + " " + tenant.slug);
    }
  }
  return tenants;
}

// What is granted in the enterprise, less what is granted to people who are suspended in any of its tenants.
std::vector<PersonGrant> carried_grants(Session& session, Platform& platform, const std::string& key) {
  const EnterpriseStanding standing = read_standing(platform, key);
  for (const auto& [slug, why] : standing.unread) session.terminal().warn("tenant " + slug + " cannot be read: " + why);
  std::vector<EnterpriseGrant> grants = standing.grants;
  std::erase_if(grants, [&](const EnterpriseGrant& grant) {
    if (!standing.is_suspended(grant.person)) return false;
    session.terminal().warn(grant.email + " is suspended in another tenant of the enterprise, and is not given role " +
                            grant.role + " here");
    return true;
  });
  return person_grants(grants);
}

// Whom the first tenant of an enterprise gives it as its enterprise admin; with a word on why nobody.
std::optional<PersonGrant> founder_for(Session& session, Platform& platform, const TenantOptions& options) {
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

// With --as nobody brings a tenant in that they do not administer.
void require_own_tenant(const Session& session, const Platform& platform, const Tenant& tenant) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty() || tenant.enterprise || administers(platform, tenant, user)) return;
  throw Error(ErrorKind::refused, "refused: " + user + " is not an active admin of tenant " + tenant.slug,
              "With --as, acctl does what this user could do in the application, and no more.");
}

int add_tenants(Session& session, const TenantOptions& options) {
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  require_enterprise_admin(session, platform, options.key);
  const std::vector<Tenant> tenants = named_tenants(platform, options, GrantAction::give);
  for (const Tenant& tenant : tenants) require_own_tenant(session, platform, tenant);
  std::vector<PersonGrant> grants = carried_grants(session, platform, options.key);
  const std::optional<PersonGrant> founder = founder_for(session, platform, options);
  if (founder) grants.push_back(*founder);
  const auto before = [&](const FleetReport&) {
    for (const Tenant& tenant : tenants) {
      if (join_enterprise(platform, tenant.slug, options.key)) {
        session.terminal().info("tenant " + tenant.slug + " is in enterprise " + options.key);
      }
    }
    if (founder) found_enterprise(platform, options.key, founder->email, founder->role);
    take_people(platform, options.key, grants);
  };
  // Joining alone changes nobody's access; whoever is invited or given a role by it is asked about.
  const auto elsewhere = [&](const FleetReport& planned) {
    const bool changes =
        std::ranges::any_of(planned.groups, [](const PlanGroup& group) { return !group.plan.changes.empty(); });
    return changes ? "add " + enumerated(options.slugs, 5) + " to enterprise " + options.key : std::string();
  };
  const int status = change_grants(session, platform, tenants, grants, GrantAction::give, "enterprise add-tenant",
                                   {.elsewhere = elsewhere, .before = before});
  if (session.settings().dry_run) return status;
  // One that was granted while a person was being asked has passed by tenants that had not joined.
  const std::vector<EnterpriseGrant> now = enterprise_grants(platform, options.key);
  const bool more = std::ranges::any_of(now, [&](const EnterpriseGrant& one) {
    return std::ranges::none_of(
        grants, [&](const PersonGrant& given) { return given.email == one.email && given.role == one.role; });
  });
  if (more && status == 0)
    session.terminal().info("not every grant of the enterprise was carried over; see 'acctl tenant doctor'");
  return status;
}

int remove_tenants(Session& session, const TenantOptions& options) {
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  require_enterprise_admin(session, platform, options.key);
  std::vector<Tenant> tenants = named_tenants(platform, options, GrantAction::take);
  std::erase_if(tenants, [](const Tenant& tenant) { return !tenant.enterprise; });
  const auto elsewhere = [&](const FleetReport& planned) {
    std::vector<std::string> slugs;
    for (const Tenant& tenant : tenants) slugs.push_back(tenant.slug);
    std::erase_if(slugs, [&](const std::string& slug) {
      return std::ranges::find(planned.failures, slug, &TenantFailure::tenant) != planned.failures.end();
    });
    return slugs.empty() ? "" : "take " + enumerated(slugs, 5) + " out of enterprise " + options.key;
  };
  const auto after = [&](const FleetReport& outcome) {
    for (const Tenant& tenant : tenants) {
      if (std::ranges::find(outcome.failures, tenant.slug, &TenantFailure::tenant) != outcome.failures.end()) continue;
      if (leave_enterprise(platform, tenant.slug, options.key)) {
        session.terminal().info("tenant " + tenant.slug + " is no longer in enterprise " + options.key);
      }
    }
  };
  return change_grants(session, platform, tenants, person_grants(enterprise_grants(platform, options.key)),
                       GrantAction::take, "enterprise remove-tenant", {.elsewhere = elsewhere, .after = after});
}

Argument key_argument(std::string& target) {
  return {.name = "KEY", .help = "key of the enterprise", .target = &target};
}

std::vector<Argument> grant_arguments(GrantOptions& options) {
  return {key_argument(options.key),
          {.name = "EMAIL", .help = "the users", .target = &options.emails},
          {.name = "ROLE", .help = "key of the role, as in the tenants", .target = &options.role}};
}

std::vector<Argument> tenant_arguments(TenantOptions& options) {
  return {key_argument(options.key),
          {.name = "SLUG", .help = "the tenants", .target = &options.slugs, .values = Values::tenants}};
}

}  // namespace

Command enterprise_add_tenant_command() {
  auto options = std::make_shared<TenantOptions>();
  return {
      .name = "add-tenant",
      .summary = "add tenants to an enterprise",
      .description =
          "Adds tenants to an enterprise. Everybody who is granted a role in the enterprise gets it there, too, and is "
          "invited if they are not yet users; the plan is shown, and a person is asked. Somebody who is suspended in "
          "another tenant of the enterprise is not carried over. The administrator of the enterprise's first tenant "
          "becomes enterprise admin if its pack has such a role and they are an active admin. A tenant of another "
          "enterprise is a conflict (exit 7).",
      .arguments = tenant_arguments(*options),
      .examples = {{"acctl enterprise add-tenant umbrella acme globex", "Two tenants."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return add_tenants(session, *options); },
      .storage = options,
  };
}

Command enterprise_remove_tenant_command() {
  auto options = std::make_shared<TenantOptions>();
  return {
      .name = "remove-tenant",
      .summary = "take tenants out of an enterprise",
      .description =
          "Takes the enterprise's grants back in these tenants, suspended ones too, after showing who loses what, and "
          "takes the tenants out of the enterprise. What was granted in a tenant before stays. A tenant that would be "
          "left without an admin stays (exit 5).",
      .arguments = tenant_arguments(*options),
      .examples = {{"acctl enterprise remove-tenant umbrella globex", "Shows who loses what, and asks."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return remove_tenants(session, *options); },
      .storage = options,
  };
}

Command enterprise_grant_command() {
  auto options = std::make_shared<GrantOptions>();
  return {
      .name = "grant",
      .summary = "give users a role in all tenants of an enterprise, those added later too",
      .description =
          "Records the grant and gives the users the role in every tenant of the enterprise; whoever is not yet a user "
          "of a tenant is invited there. The grant belongs to the person: it follows a change of address, cannot be "
          "changed from inside one tenant, and ends when the person is suspended or deleted in all of them. A tenant "
          "that does not have the role, or where the user is suspended, is named (exit 6); the same call again does "
          "what is missing.",
      .arguments = grant_arguments(*options),
      .examples = {{"acctl enterprise grant umbrella ana@umbrella.example enterprise-admin", "In all of its tenants."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return grant(session, *options); },
      .storage = options,
  };
}

Command enterprise_revoke_command() {
  auto options = std::make_shared<GrantOptions>();
  return {
      .name = "revoke",
      .summary = "take a role from users in all tenants of an enterprise",
      .description =
          "Removes the grant and takes the role from the users in every tenant of the enterprise, suspended ones too, "
          "after showing what they lose. Roles that a tenant had granted before stay. If somebody is the last admin of "
          "a tenant it is refused there and named (exit 6), and done in the others. The last active enterprise admin "
          "keeps the role (exit 5).",
      .arguments = grant_arguments(*options),
      .examples = {{"acctl enterprise revoke umbrella ana@umbrella.example enterprise-admin", "Asks first."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return revoke(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

// enterprise add-tenant, remove-tenant, grant and revoke.
#include "provisioning/access/enterprise_edits.hpp"

#include "commands/direct_edits.hpp"
#include "commands/enterprise.hpp"
#include "commands/open.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/targets.hpp"

namespace acctl {

namespace {

using GrantEdit = void (*)(State&, const Grants&);

// Guards hold, but for the cap: what goes is named by the very call, however many tenants there are.
Guards uncapped() {
  Guards guards;
  guards.max_removals.clear();
  return guards;
}

int change_grants(Session& session, const Platform& platform, const std::vector<Tenant>& tenants, const Grants& grants,
                  GrantEdit change, const std::string& command, const Beside& beside) {
  const RunRecord record = record_of(session, command, "", {});
  FleetPlan fleet(platform, tenants, job_of(session, uncapped(), [&](Connection&, const Tenant&) {
                    Edit edit{.scope = scope_of_grants(grants), .desired = {}, .guards = uncapped()};
                    edit.desired = [&grants, change](const State& current) {
                      Desired desired{.state = current, .renames = {}, .prunable = {}};
                      change(desired.state, grants);
                      return desired;
                    };
                    edit.record = record;
                    return edit;
                  }));
  return carry_out(session, fleet, command, Ask::where_taken_away, beside);
}

// Where all tenants fail, nothing is remembered either.
bool any_succeeds(const FleetReport& report, const std::vector<Tenant>& tenants) {
  return tenants.empty() || report.failures.size() < tenants.size();
}

void note_skipped(Session& session, const std::vector<Tenant>& tenants) {
  for (const Tenant& tenant : tenants) {
    if (tenant.status == "active") continue;
    session.terminal().warn("tenant " + tenant.slug + " is " + tenant.status +
                            " and was left out; run this again when it is active");
  }
}

struct GrantOptions {
  std::string key;
  std::vector<std::string> emails;
  std::string role;
};

Grants grants_of(const std::vector<std::string>& emails, const std::string& role) {
  Grants grants;
  for (const std::string& email : emails) grants.emplace_back(email, role);
  return grants;
}

Grants grants_of(Platform& platform, const std::string& key) {
  Grants grants;
  for (const EnterpriseGrant& grant : enterprise_grants(platform, key)) grants.emplace_back(grant.email, grant.role);
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
  const std::vector<Tenant> tenants = list_targets(platform, {.enterprises = {options.key}});
  const Grants grants = grants_of(emails, options.role);
  const auto before = [&](const FleetReport& planned) {
    if (any_succeeds(planned, tenants)) add_enterprise_grants(platform, options.key, emails, options.role);
  };
  const int status =
      change_grants(session, platform, tenants, grants, give_grants, "enterprise grant", {.before = before});
  note_skipped(session, tenants);
  if (session.settings().dry_run) return status;
  // One that was being provisioned may have read the grants before there was this one.
  const std::vector<Tenant> late = newly_active(platform, options.key, tenants);
  return late.empty() ? status : change_grants(session, platform, late, grants, give_grants, "enterprise grant", {});
}

int revoke(Session& session, const GrantOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  check_new_key("roles", options.role);
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  const std::vector<Tenant> tenants = list_targets(platform, {.enterprises = {options.key}});
  const auto before = [&](const FleetReport& planned) {
    if (any_succeeds(planned, tenants)) remove_enterprise_grants(platform, options.key, emails, options.role);
  };
  const bool remembered =
      std::ranges::any_of(enterprise_grants(platform, options.key), [&](const EnterpriseGrant& one) {
        return one.role == options.role && std::ranges::find(emails, one.email) != emails.end();
      });
  const auto elsewhere = [&](const FleetReport& planned) {
    return remembered && any_succeeds(planned, tenants)
               ? "end the grant of " + options.role + " for the enterprise " + options.key
               : std::string();
  };
  const int status = change_grants(session, platform, tenants, grants_of(emails, options.role), take_grants,
                                   "enterprise revoke", {.elsewhere = elsewhere, .before = before});
  note_skipped(session, tenants);
  return status;
}

struct TenantOptions {
  std::string key;
  std::vector<std::string> slugs;
};

// Those that are named, active, and in this enterprise or in none.
std::vector<Tenant> named_tenants(Platform& platform, const TenantOptions& options) {
  std::vector<Tenant> tenants = list_targets(platform, {.slugs = options.slugs});
  for (const std::string& slug : options.slugs) {
    if (std::ranges::find(tenants, slug, &Tenant::slug) == tenants.end()) require_tenant(platform, slug);
  }
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "active") {
      throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + ", not active",
                  "'acctl tenant show " + tenant.slug + "' says more.");
    }
    if (tenant.enterprise && *tenant.enterprise != options.key) {
      throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is in enterprise " + *tenant.enterprise,
                  "Take it out there first: acctl enterprise remove-tenant " + *tenant.enterprise + " " + tenant.slug);
    }
  }
  return tenants;
}

int add_tenants(Session& session, const TenantOptions& options) {
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  const std::vector<Tenant> tenants = named_tenants(platform, options);
  if (!session.settings().dry_run) {
    // Before grants are read: a grant that is made meanwhile finds them.
    for (const Tenant& tenant : tenants) {
      if (join_enterprise(platform, tenant.slug, options.key)) {
        session.terminal().info("tenant " + tenant.slug + " is in enterprise " + options.key);
      }
    }
    appoint_founder(platform, options.key);
  }
  return change_grants(session, platform, tenants, grants_of(platform, options.key), give_grants,
                       "enterprise add-tenant", {});
}

int remove_tenants(Session& session, const TenantOptions& options) {
  Platform platform = open_platform(session);
  require_enterprise(platform, options.key);
  std::vector<Tenant> tenants = named_tenants(platform, options);
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
  return change_grants(session, platform, tenants, grants_of(platform, options.key), take_grants,
                       "enterprise remove-tenant", {.elsewhere = elsewhere, .after = after});
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
          "Adds tenants to an enterprise; whoever has a role in all of its tenants gets it there, too, and is invited "
          "where they are not yet users. The administrator of an enterprise's first tenant becomes enterprise admin, "
          "where its pack has such a role. A tenant of another enterprise is a conflict (exit 7).",
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
          "Takes the enterprise's grants back in these tenants, after showing who loses what, and takes the tenants "
          "out "
          "of the enterprise. A tenant that would be left without an admin stays (exit 5).",
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
          "Remembers the grant, and gives the users the role in every tenant of the enterprise; whoever is not yet a "
          "user "
          "of a tenant is invited there. A tenant that does not have the role, or where the user is suspended, is "
          "named "
          "(exit 6); the same call again does what is missing.",
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
          "Forgets the grant, and takes the role from the users in every tenant of the enterprise, after showing what "
          "they lose. Where somebody is the last admin of a tenant it is refused there and named (exit 6), and done in "
          "the others.",
      .arguments = grant_arguments(*options),
      .examples = {{"acctl enterprise revoke umbrella ana@umbrella.example enterprise-admin", "Asks first."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return revoke(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

#include "commands/enterprise/grants.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "cli/remarks.hpp"
#include "commands/enterprise/rights.hpp"
#include "commands/enterprise/tenants.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/edit_messages.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

namespace {

// The edit that gives or takes `grants` in one tenant. They outlive the edit, which sees ids that the registry assigns
// in the meantime.
Edit make_edit(TenantSession& database, const std::vector<PersonGrant>& grants, GrantAction action,
               const RunRecord& record, Notes& notes, const Tenant& tenant) {
  const auto here = std::make_shared<const std::vector<GrantHere>>(grants_here(database, grants));
  const auto links = std::make_shared<const std::vector<EnterpriseLink>>(enterprise_links(database));
  // The command itself names what is removed, however many tenants there are.
  Edit edit{.scope = scope_of_grants(*here), .desired = {}, .guards = {.max_removals = {}}};
  edit.record = record;
  edit.for_enterprise = true;
  edit.desired = [here, links, action](const State& current) {
    Desired desired{.state = current, .renames = {}, .prunable = {}};
    if (action == GrantAction::give) {
      give_grants(desired.state, *here);
    } else {
      take_grants(desired.state, *here, *links);
    }
    return desired;
  };
  edit.also_alone = std::ranges::any_of(*here, [&](const GrantHere& one) {
    const EnterpriseLink* link = find_link(*links, one);
    if (action == GrantAction::take && link != nullptr && link->kept && !link->kept_is_over) {
      notes.add(one.email + " keeps role " + one.grant.role + " in tenant " + tenant.slug +
                ": it was granted there before");
    }
    return (action == GrantAction::give) == (link == nullptr);
  });
  edit.also = [here, &grants, action](Transaction& transaction, const Plan& plan, Ending) {
    std::vector<GrantHere> now = *here;
    for (std::size_t i = 0; i < now.size(); ++i) now[i].grant.person = grants[i].person;
    action == GrantAction::give ? link_grants(transaction, now, plan.changes) : unlink_grants(transaction, now);
  };
  return edit;
}

// Tells the registry of addresses that were changed without it, or in a run that was interrupted before it could do so.
// Does nothing in a dry run.
void settle_all(Session& session, Platform& platform, const std::vector<Tenant>& tenants) {
  if (session.settings().dry_run) return;
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, Reach::suspended_too)) continue;
    try {
      settle_addresses(platform, tenant);
    } catch (const Error& error) {
      // The command itself reports what cannot be reached.
      if (error.kind() == ErrorKind::interrupted || !platform.control().usable()) throw;
    }
  }
}

}  // namespace

GrantRun begin_grant_run(Session& session, const GrantWords& words) {
  std::vector<std::string> emails = parse_emails(words.emails);
  check_new_key("roles", words.role);
  Platform platform = open_platform(session);
  require_enterprise_admin(session, platform, words.key);
  std::vector<Tenant> tenants = list_members(platform, words.key);
  settle_all(session, platform, tenants);
  return {std::move(platform), std::move(emails), std::move(tenants)};
}

int change_grants(Session& session, const Platform& platform, const std::vector<Tenant>& tenants,
                  const std::vector<PersonGrant>& grants, GrantAction action, const std::string& command,
                  const Hooks& beside) {
  const RunRecord record = make_run_record(session, command, "", {});
  Notes notes;
  FleetJob job = make_fleet_job(session, {.max_removals = {}}, [&](TenantSession& database, const Tenant& tenant) {
    return make_edit(database, grants, action, record, notes, tenant);
  });
  job.reach = action == GrantAction::take ? Reach::suspended_too : Reach::active;
  FleetPlan fleet(platform, tenants, std::move(job));
  Hooks noting = beside;
  noting.planned = [&] {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const std::string& note : notes.all()) remarks.say(note);
    if (beside.planned) beside.planned();
  };
  return execute_plan(session, fleet, command, Ask::where_taken_away, noting);
}

void fill_in_people(Platform& platform, const std::string& key, std::vector<PersonGrant>& grants) {
  for (const EnterpriseGrant& one : enterprise_grants(platform, key)) {
    for (PersonGrant& grant : grants) {
      if (grant.email == one.email) grant.person = one.person;
    }
  }
}

std::vector<PersonGrant> make_grants(const std::vector<EnterpriseGrant>& recorded,
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

bool any_succeeds(const FleetReport& report, const std::vector<Tenant>& tenants) {
  return tenants.empty() || report.failures.size() < tenants.size();
}

void warn_of_skipped(Session& session, const std::vector<Tenant>& tenants, GrantAction action) {
  for (const Tenant& tenant : tenants) {
    if (tenant.status == "active" || (tenant.status == "suspended" && action == GrantAction::take)) continue;
    const bool caught_up = tenant.status == "deprovisioning" && action == GrantAction::take;
    session.terminal().warn(
        "tenant " + tenant.slug + " is " + tenant.status + " and was skipped; " +
        (caught_up ? "the change is made when the tenant is resumed" : "run this command again when it is active"));
  }
}

}  // namespace acctl

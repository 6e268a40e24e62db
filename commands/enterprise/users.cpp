#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/rights.hpp"
#include "commands/enterprise/tenants.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/user_queries.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ListEnterpriseUsers {
  std::string key;
};

// What was read of one tenant.
struct TenantPeople {
  Tenant tenant;
  std::vector<TenantUser> users = {};
  std::vector<GrantHere> grants = {};  // of the enterprise
  std::optional<Error> error = {};     // why nothing could be read
};

// Somebody in all tenants of the enterprise, recognised by address.
struct EnterpriseUser {
  std::string name;
  Json enterprise_roles = Json::array();
  Json tenants = Json::array();
  std::int64_t api_keys = 0;
};

// Reads the active and suspended tenants in parallel; a failure is kept with its tenant.
std::vector<TenantPeople> read_people(const Session& session, Platform& platform, const std::string& key) {
  std::vector<TenantPeople> all;
  for (Tenant& tenant : list_reached_members(platform, key)) all.push_back({.tenant = std::move(tenant)});
  const std::vector<PersonGrant> grants = person_grants(enterprise_grants(platform, key));
  Step reading("reading", all.size(), "tenants");
  for_each_index(reading, platform.fitting_workers(session.parallel(), all.size(), 1),
                 [&](std::size_t index, std::size_t) {
                   TenantPeople& people = all[index];
                   const Concerning tenant(people.tenant.slug);
                   people.error = catch_failure([&] {
                     const auto database = enter(platform, people.tenant);
                     people.users = users_of_tenant(database);
                     people.grants = grants_here(database, grants);
                   });
                 });
  return all;
}

// A user of one tenant; without `all` only the name of the organization and the roles.
Json make_place(const Session& session, const Tenant& tenant, const TenantUser& user, bool all) {
  if (session.wants_values() && !all) return {{"tenant", tenant.slug}, {"roles", user.roles}};
  if (session.wants_values()) {
    return {{"tenant", tenant.slug},     {"status", user.status},
            {"roles", user.roles},       {"role_template", or_null(user.role_template)},
            {"api_keys", user.api_keys}, {"last_sign_in_at", or_null(user.last_sign_in_at)}};
  }
  std::string roles;
  for (const std::string& role : user.roles) roles += (roles.empty() ? "" : " + ") + role;
  return tenant.slug + ": " + (roles.empty() ? "no role" : roles) +
         (!all || user.status == "active" ? "" : " (" + user.status + ")");
}

// Adds the enterprise's roles that the user holds in this tenant. A grant that is held in no tenant is not listed:
// 'tenant doctor' reports it.
void add_enterprise_roles(EnterpriseUser& person, const TenantUser& user, const std::vector<GrantHere>& grants) {
  Json& roles = person.enterprise_roles;
  for (const GrantHere& one : grants) {
    const std::string& role = one.grant.role;
    const bool held = std::ranges::find(user.roles, role) != user.roles.end();
    if (one.email != user.email || !held) continue;
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
}

std::map<std::string, EnterpriseUser> merge_people(const Session& session, const std::vector<TenantPeople>& tenants,
                                                   bool all) {
  std::map<std::string, EnterpriseUser> people;
  for (const TenantPeople& one : tenants) {
    for (const TenantUser& user : one.users) {
      EnterpriseUser& person = people[user.email];
      if (person.name.empty()) person.name = user.name;
      person.tenants.push_back(make_place(session, one.tenant, user, all));
      person.api_keys += user.api_keys;
      add_enterprise_roles(person, user, one.grants);
    }
  }
  return people;
}

FleetReport report_failures(const std::vector<TenantPeople>& tenants) {
  FleetReport report;
  report.only_read = true;
  for (const TenantPeople& one : tenants) {
    report.unchanged += one.error ? 0 : 1;
    if (one.error) report.failures.push_back({one.tenant.slug, *one.error});
  }
  return report;
}

void run(Session& session, const ListEnterpriseUsers& options) {
  Platform platform = open_platform(session);
  const bool all = require_enterprise_sight(session, platform, options.key) == EnterpriseRights::everything;
  const std::vector<TenantPeople> tenants = read_people(session, platform, options.key);
  const FleetReport report = report_failures(tenants);
  if (report.all_failed()) throw_failures(report, Reported::no);
  RecordWriter out = session.records(Shape::many, {"EMAIL", "NAME", "ENTERPRISE ROLES", "API KEYS", "TENANTS"});
  for (const auto& [email, person] : merge_people(session, tenants, all)) {
    out.add({{"email", email},
             {"name", or_null(person.name)},
             {"enterprise_roles", person.enterprise_roles},
             {"api_keys", all ? Json(person.api_keys) : Json()},
             {"tenants", person.tenants}});
  }
  out.finish();
  Remarks failures(session.terminal(), Remarks::Tone::warning);
  for (const TenantFailure& failure : report.failures) {
    failures.say("tenant " + failure.tenant + ": " + failure.error.what());
  }
  if (report.failures.empty()) return;
  throw Error(
      ErrorKind::partial,
      std::to_string(report.failures.size()) + " of " + std::to_string(tenants.size()) + " tenants could not be read",
      "The users of the others are listed.");
}

}  // namespace

Command enterprise_users_command() {
  return command<ListEnterpriseUsers>("users", "list the users of all tenants of an enterprise", run)
      .describe(R"(
Lists everybody who is a user in any of the enterprise's tenants: the roles granted in all of them, the roles in each
tenant, and the number of their API keys. A tenant that cannot be read does not stop the others (exit 6).)")
      .argument("KEY", "key of the enterprise", &ListEnterpriseUsers::key)
      .values(Values::enterprises)
      .example("acctl enterprise users umbrella", "One line for each user.")
      .example("acctl enterprise users umbrella -o json", "With status and last sign-in in each tenant.")
      .trail(Trail::nothing);
}

}  // namespace acctl

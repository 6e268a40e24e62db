// enterprise show and enterprise users.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands/enterprise/enterprise.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/enterprise_users.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

std::vector<Tenant> tenants_of(Platform& platform, const std::string& key) {
  return list_targets(platform, {.enterprises = {key}});
}

int show(Session& session, const std::string& key) {
  Platform platform = open_platform(session);
  const Enterprise enterprise = require_enterprise(platform, key);
  const bool all = require_enterprise_sight(session, platform, key) == EnterpriseRights::everything;
  Json record = {{"key", enterprise.key},
                 {"name", enterprise.name},
                 {"founder", or_null(founder_of(platform, key))},
                 {"tenants", Json::array()},
                 {"grants", Json::array()}};
  for (const Tenant& tenant : tenants_of(platform, key)) {
    if (wants_values(session)) {
      record["tenants"].push_back({{"slug", tenant.slug}, {"status", all ? Json(tenant.status) : Json()}});
    } else {
      record["tenants"].push_back(tenant.slug + (!all || tenant.status == "active" ? "" : " (" + tenant.status + ")"));
    }
  }
  for (const EnterpriseGrant& grant : enterprise_grants(platform, key)) {
    if (wants_values(session)) {
      record["grants"].push_back({{"email", grant.email},
                                  {"role", grant.role},
                                  {"granted_by", all ? Json(grant.granted_by) : Json()},
                                  {"granted_at", all ? Json(grant.granted_at) : Json()}});
    } else {
      record["grants"].push_back(grant.email + " " + grant.role);
    }
  }
  RecordWriter out = session.records(
      Shape::one,
      {{"key", "/key"}, {"name", "/name"}, {"founder", "/founder"}, {"tenants", "/tenants"}, {"grants", "/grants"}});
  out.add(record);
  out.finish();
  return 0;
}

struct Person {
  std::string name;
  Json enterprise_roles = Json::array();
  Json tenants = Json::array();
  std::int64_t api_keys = 0;
};

// `all`: and not only the names of the organizations and the roles.
Json place_of(const Session& session, const Tenant& tenant, const TenantUser& user, bool all) {
  if (wants_values(session) && !all) return {{"tenant", tenant.slug}, {"roles", user.roles}};
  if (wants_values(session)) {
    return {{"tenant", tenant.slug},     {"status", user.status},
            {"roles", user.roles},       {"role_template", or_null(user.role_template)},
            {"api_keys", user.api_keys}, {"last_sign_in_at", or_null(user.last_sign_in_at)}};
  }
  std::string roles;
  for (const std::string& role : user.roles) roles += (roles.empty() ? "" : " + ") + role;
  return tenant.slug + ": " + (roles.empty() ? "no role" : roles) +
         (!all || user.status == "active" ? "" : " (" + user.status + ")");
}

// In every tenant at once; one that cannot be asked is named at the end.
int list_users(Session& session, const std::string& key) {
  Platform platform = open_platform(session);
  require_enterprise(platform, key);
  const bool all = require_enterprise_sight(session, platform, key) == EnterpriseRights::everything;
  std::vector<Tenant> tenants = tenants_of(platform, key);
  std::erase_if(tenants,
                [](const Tenant& tenant) { return tenant.status != "active" && tenant.status != "suspended"; });
  const std::vector<PersonGrant> grants = person_grants(enterprise_grants(platform, key));
  std::vector<std::vector<TenantUser>> found(tenants.size());
  std::vector<std::vector<GrantHere>> granted(tenants.size());
  std::vector<std::optional<Error>> errors(tenants.size());
  for_each_index(tenants.size(), static_cast<int>(session.settings().parallel), [&](std::size_t index, std::size_t) {
    const Concerning tenant(tenants[index].slug);
    try {
      const auto database = enter(platform, tenants[index]);
      found[index] = users_of_tenant(database);
      granted[index] = grants_here(database, grants);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      errors[index] = error;
    }
  });
  FleetReport report;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    report.unchanged += errors[i] ? 0 : 1;
    if (errors[i]) report.failures.push_back({tenants[i].slug, *errors[i]});
  }
  if (report.all_failed()) throw_failures(report, Reported::no);
  std::map<std::string, Person> people;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    for (const TenantUser& user : found[i]) {
      Person& person = people[user.email];
      if (person.name.empty()) person.name = user.name;
      person.tenants.push_back(place_of(session, tenants[i], user, all));
      person.api_keys += user.api_keys;
      // What is granted and not held in any tenant is for 'tenant doctor' to name.
      for (const GrantHere& one : granted[i]) {
        const std::string& role = one.grant.role;
        const bool held = std::ranges::find(user.roles, role) != user.roles.end();
        if (one.email == user.email && held &&
            std::find(person.enterprise_roles.begin(), person.enterprise_roles.end(), role) ==
                person.enterprise_roles.end()) {
          person.enterprise_roles.push_back(role);
        }
      }
    }
  }
  RecordWriter out = session.records(Shape::many, {{"EMAIL", "/email"},
                                                   {"NAME", "/name"},
                                                   {"ENTERPRISE ROLES", "/enterprise_roles"},
                                                   {"API KEYS", "/api_keys"},
                                                   {"TENANTS", "/tenants"}});
  for (const auto& [email, person] : people) {
    out.add({{"email", email},
             {"name", or_null(person.name)},
             {"enterprise_roles", person.enterprise_roles},
             {"api_keys", all ? Json(person.api_keys) : Json()},
             {"tenants", person.tenants}});
  }
  out.finish();
  for (const TenantFailure& failure : report.failures) {
    session.terminal().warn("tenant " + failure.tenant + ": " + failure.error.what());
  }
  if (report.failures.empty()) return 0;
  throw Error(
      ErrorKind::partial,
      std::to_string(report.failures.size()) + " of " + std::to_string(tenants.size()) + " tenants could not be asked",
      "The others are listed.");
}

}  // namespace

Command enterprise_show_command() {
  auto key = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show an enterprise: its tenants and what is granted in all of them",
      .description =
          "Shows the tenants of an enterprise, its founder (the administrator of its first tenant) and the roles that "
          "are granted in all of its tenants, those added later too.",
      .arguments = {{.name = "KEY", .help = "key of the enterprise", .target = key.get()}},
      .examples = {{"acctl enterprise show umbrella", "Tenants and grants."}},
      .trail = Trail::nothing,
      .run = [key](Session& session) { return show(session, *key); },
      .storage = key,
  };
}

Command enterprise_users_command() {
  auto key = std::make_shared<std::string>();
  return {
      .name = "users",
      .summary = "list the users of all tenants of an enterprise",
      .description =
          "Lists everybody in any of the enterprise's tenants: the roles granted in all of them, the roles in each, "
          "and "
          "how many API keys they have. One tenant that cannot be asked does not stop the others (exit 6).",
      .arguments = {{.name = "KEY", .help = "key of the enterprise", .target = key.get()}},
      .examples = {{"acctl enterprise users umbrella", "A line each."},
                   {"acctl enterprise users umbrella -o json", "With status and last sign-in in each tenant."}},
      .trail = Trail::nothing,
      .run = [key](Session& session) { return list_users(session, *key); },
      .storage = key,
  };
}

}  // namespace acctl

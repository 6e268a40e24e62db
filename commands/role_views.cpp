// role list and role show.
#include <nlohmann/json.hpp>

#include "commands/direct_edits.hpp"
#include "commands/role.hpp"
#include "provisioning/access/roles.hpp"
#include "provisioning/model/duration.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const RoleSummary& role, const Tenant& tenant, bool stands_alone) {
  return {{"key", role.key},
          {"name", role.name},
          {"display_name", displayed_name(role, stands_alone)},
          {"description", or_null(role.description)},
          {"scope", role.scope},
          {"system", role.system},
          {"permissions", role.permissions},
          {"holders", role.holders},
          {"manager", or_null(role.manager)},
          {"tenant", tenant.slug}};
}

struct ListOptions {
  std::string expiring;
  std::vector<std::string> exclude;
};

int list(Session& session, const ListOptions& options) {
  RecordWriter out = session.records(Shape::many, {{"KEY", "/key"},
                                                   {"TENANT", "/tenant"},
                                                   {"NAME", "/display_name"},
                                                   {"SCOPE", "/scope"},
                                                   {"SYSTEM", "/system"},
                                                   {"PERMISSIONS", "/permissions"},
                                                   {"HOLDERS", "/holders"},
                                                   {"MANAGER", "/manager"}});
  visit_tenants(session, options.exclude, [&](Platform& platform, const Tenant& tenant, Connection& database) {
    const bool alone = stands_alone(platform, tenant.enterprise);
    for (const RoleSummary& role : list_roles(database)) out.add(to_json(role, tenant, alone));
  });
  out.finish();
  return 0;
}

int list_expiring(Session& session, const ListOptions& options) {
  const std::chrono::milliseconds time = parse_duration("--expiring", options.expiring);
  RecordWriter out = session.records(
      Shape::many,
      {{"ROLE", "/role"}, {"EMAIL", "/email"}, {"TENANT", "/tenant"}, {"UNTIL", "/until"}, {"SINCE", "/since"}});
  visit_tenants(session, options.exclude, [&](Platform&, const Tenant& tenant, Connection& database) {
    for (const RoleHolding& held : expiring_holdings(database, time)) {
      out.add({{"role", held.role},
               {"email", held.email},
               {"tenant", tenant.slug},
               {"until", held.until},
               {"since", held.since}});
    }
  });
  out.finish();
  return 0;
}

Json with_details(Json record, Connection& database, const std::string& key) {
  record["permissions"] = Json::array();
  for (const HeldPermission& held : permissions_of_role(database, key)) {
    record["permissions"].push_back({{"permission", held.permission}, {"level", or_null(held.level)}});
  }
  record["holders"] = Json::array();
  for (const RoleHolding& held : holders_of_role(database, key)) {
    record["holders"].push_back(
        {{"email", held.email}, {"status", held.status}, {"since", held.since}, {"until", or_null(held.until)}});
  }
  record["overlaps"] = Json::array();
  for (const TemplateOverlap& overlap : overlapping_templates(database, key)) {
    record["overlaps"].push_back(
        {{"role_template", overlap.role_template}, {"shared", overlap.shared}, {"of", overlap.of}});
  }
  return record;
}

// The same in words, for people.
void add_words(Json& record) {
  Json permissions = Json::array();
  for (const Json& held : record["permissions"]) {
    const std::string level = held["level"].is_null() ? "" : ":" + held["level"].get<std::string>();
    permissions.push_back(held["permission"].get<std::string>() + level);
  }
  Json holders = Json::array();
  for (const Json& held : record["holders"]) {
    const std::string until = held["until"].is_null() ? "" : " until " + held["until"].get<std::string>();
    holders.push_back(held["email"].get<std::string>() + until);
  }
  Json overlaps = Json::array();
  for (const Json& overlap : record["overlaps"]) {
    overlaps.push_back(overlap["role_template"].get<std::string>() + " (" + overlap["shared"].dump() + " of " +
                       overlap["of"].dump() + " permissions)");
  }
  record["permissions"] = std::move(permissions);
  record["holders"] = std::move(holders);
  record["overlaps"] = std::move(overlaps);
}

int show(Session& session, const std::string& key) {
  RecordWriter out = session.records(Shape::one, {{"key", "/key"},
                                                  {"tenant", "/tenant"},
                                                  {"name", "/display_name"},
                                                  {"description", "/description"},
                                                  {"scope", "/scope"},
                                                  {"system", "/system"},
                                                  {"manager", "/manager"},
                                                  {"permissions", "/permissions"},
                                                  {"holders", "/holders"},
                                                  {"role templates that overlap", "/overlaps"}});
  const bool words = session.format() != OutputFormat::json && session.format() != OutputFormat::yaml;
  visit_only_tenant(session, [&](Platform& platform, const Tenant& tenant, Connection& database) {
    const std::vector<RoleSummary> found = list_roles(database, key);
    if (found.empty()) throw_unknown("role", key, list_roles(database));
    Json record =
        with_details(to_json(found.front(), tenant, stands_alone(platform, tenant.enterprise)), database, key);
    if (words) add_words(record);
    out.add(record);
  });
  out.finish();
  return 0;
}

}  // namespace

Command role_list_command() {
  auto options = std::make_shared<ListOptions>();
  return {
      .name = "list",
      .summary = "list the roles of a tenant, or the grants that end soon",
      .description =
          "Lists roles with the number of their permissions and of the users who have them. While a tenant is the only "
          "one of its enterprise, or in none, its chief role is displayed as plain \"Admin\".\n\nWith --expiring the "
          "grants are listed that end by themselves within that time, the first to end first.",
      .options = {exclude_option(options->exclude),
                  {.name = "--expiring",
                   .value = "TIME",
                   .help = "grants that end within this time, such as 7d",
                   .target = &options->expiring}},
      .examples = {{"acctl role list -t acme", "All roles."},
                   {"acctl role list --all --expiring 7d", "What ends within a week, in all tenants."}},
      .run =
          [options](Session& session) {
            return options->expiring.empty() ? list(session, *options) : list_expiring(session, *options);
          },
      .storage = options,
  };
}

Command role_show_command() {
  auto key = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show a role: what it gives, and to whom",
      .description =
          "Shows a role with its permissions and levels, the users who have it with the end of their grant, and the "
          "role templates that give some of the same.",
      .arguments = {{.name = "ROLE", .help = "key of the role", .target = key.get()}},
      .examples = {{"acctl role show support-agent -t acme", "What it gives, and to whom."},
                   {"acctl role show support-agent -t acme -o json", "For scripts."}},
      .run = [key](Session& session) { return show(session, *key); },
      .storage = key,
  };
}

}  // namespace acctl

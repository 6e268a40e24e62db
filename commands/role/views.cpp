// role list and role show.
#include <nlohmann/json.hpp>

#include "commands/role/role.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/roles.hpp"
#include "provisioning/base/duration.hpp"
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
  visit_tenants(
      session, options.exclude,
      [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
        const bool alone = stands_alone(platform, tenant.enterprise);
        for (const RoleSummary& role : list_roles(database)) out.add(to_json(role, tenant, alone));
      },
      [&] { out.finish(); });
  return 0;
}

int list_expiring(Session& session, const ListOptions& options) {
  const std::chrono::milliseconds time = parse_duration("--expiring", options.expiring);
  RecordWriter out = session.records(
      Shape::many,
      {{"ROLE", "/role"}, {"EMAIL", "/email"}, {"TENANT", "/tenant"}, {"UNTIL", "/until"}, {"SINCE", "/since"}});
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        for (const RoleHolding& held : expiring_holdings(database, time)) {
          out.add({{"role", held.role},
                   {"email", held.email},
                   {"tenant", tenant.slug},
                   {"until", held.until},
                   {"since", held.since}});
        }
      },
      [&] { out.finish(); });
  return 0;
}

Json holder_records(const Session& session, const std::vector<RoleHolding>& holders) {
  Json all = Json::array();
  for (const RoleHolding& held : holders) {
    if (wants_values(session)) {
      all.push_back(
          {{"email", held.email}, {"status", held.status}, {"since", held.since}, {"until", or_null(held.until)}});
    } else {
      all.push_back(held.email + (held.status == "active" ? "" : " (" + held.status + ")") +
                    (held.until.empty() ? "" : " until " + held.until));
    }
  }
  return all;
}

Json overlap_records(const Session& session, const std::vector<TemplateOverlap>& overlaps) {
  Json all = Json::array();
  for (const auto& [role_template, shared, of] : overlaps) {
    if (wants_values(session)) {
      all.push_back({{"role_template", role_template}, {"shared", shared}, {"of", of}});
    } else {
      all.push_back(role_template + " (" + std::to_string(shared) + " of " + std::to_string(of) + " permissions)");
    }
  }
  return all;
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
  visit_only_tenant(session, [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    const std::vector<RoleSummary> found = list_roles(database, key);
    if (found.empty()) throw_unknown("role", key, list_roles(database));
    Json record = to_json(found.front(), tenant, stands_alone(platform, tenant.enterprise));
    record["permissions"] = permission_records(session, permissions_of_role(database, key));
    record["holders"] = holder_records(session, holders_of_role(database, key));
    record["overlaps"] = overlap_records(session, overlapping_templates(database, key));
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
      .trail = Trail::nothing,
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
      .trail = Trail::nothing,
      .run = [key](Session& session) { return show(session, *key); },
      .storage = key,
  };
}

}  // namespace acctl

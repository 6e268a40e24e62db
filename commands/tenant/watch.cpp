#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/live_view.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

struct WatchTenants {
  std::vector<std::string> slugs;
  std::string until;
  std::string interval = "1s";
};

// With "5 of 8".
nlohmann::ordered_json to_progress(const Tenant& tenant) {
  const auto done = std::ranges::count(tenant.steps, "done", &StepRecord::status);
  return {{"slug", tenant.slug},
          {"status", tenant.status},
          {"steps", std::to_string(done) + " of " + std::to_string(tenant.steps.size())},
          {"schema_version", tenant.schema_version},
          {"seats_used", tenant.seats_used},
          {"error", tenant.failure()}};
}

// Those that a condition does not select any more have left, and are waited for no longer.
bool has_arrived(const std::vector<Tenant>& tenants, const std::string& status) {
  return std::ranges::all_of(tenants, [&](const Tenant& one) { return one.status == status; });
}

TenantFilter watched(const Session& session, const WatchTenants& options) {
  TenantFilter filter = read_tenant_filter(session);
  filter.slugs.insert(filter.slugs.end(), options.slugs.begin(), options.slugs.end());
  // What is deleted while it is watched is still of interest.
  if (!filter.names_status() && !filter.slugs.empty()) filter.conditions.push_back(has_any_status());
  return filter;
}

void run(Session& session, const WatchTenants& options) {
  const std::chrono::milliseconds interval = parse_interval(options.interval);
  const TenantFilter filter = watched(session, options);
  Platform platform = open_platform(session);
  refuse_unknown_names(platform, filter);
  LiveView view(session, {"SLUG", "STATUS", "STEPS", {"SCHEMA", "/schema_version"}, "SEATS USED", "ERROR"});
  while (true) {
    const std::vector<Tenant> tenants = list_tenants(platform, filter);
    std::vector<nlohmann::ordered_json> records;
    for (const Tenant& tenant : tenants) records.push_back(to_progress(tenant));
    view.show(records);
    if (!options.until.empty() && has_arrived(tenants, options.until)) return;
    pause_for(interval);
  }
}

}  // namespace

Command tenant_watch_command() {
  return command<WatchTenants>("watch", "show how tenants change, until interrupted", run)
      .describe(R"(
Shows status, provisioning steps, schema and seats of tenants, and looks again each second. On a terminal the table is
drawn anew in its place; elsewhere each change is a line with the time, with -o json an object. With --until the command
ends once all of them have that status, for scripts.)")
      .argument("[SLUG...]", "tenants to watch (default: those selected, or all)", &WatchTenants::slugs)
      .option("--until STATUS", "end when all of them have this status", &WatchTenants::until)
      .choices({"active", "suspended", "deprovisioning", "deleted", "failed"})
      .option("--interval TIME", "time between two looks (default: 1s)", &WatchTenants::interval)
      .example("acctl tenant watch --match status=provisioning --until active", "Watch tenants while they are made.")
      .example("acctl tenant watch acme --until active", "Wait for a tenant.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/plan/seats.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_settings.hpp"
#include "provisioning/tenants/tenant_use.hpp"

namespace acctl {

namespace {

struct ShowTenant {
  std::string slug;
};

using Json = nlohmann::ordered_json;

// The tenant's own database knows how much is in use. One that cannot be asked is shown all the same.
Json read_use_now(Session& session, const Platform& platform, Tenant& tenant) {
  Json use = {{"seats", nullptr}, {"projects", nullptr}, {"storage_bytes", nullptr}};
  if (!is_reached(tenant, Reach::suspended_too)) return use;
  try {
    const TenantSession database = enter(platform, tenant);
    const TenantUse now = read_use(database);
    const SeatCount seats = count_seats(database);
    tenant.seats_used = seats.used;
    tenant.seats_as_of = seats.at;
    return {{"seats", seats.used}, {"projects", now.projects}, {"storage_bytes", now.storage_bytes}};
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    session.terminal().warn("the seats in use are those of " + tenant.seats_as_of.value_or("an unknown time") +
                            ", because the tenant cannot be asked: " + error.what());
  }
  return use;
}

// What the registry has beside a row of `tenant list`.
void add_entry(Platform& platform, const Tenant& tenant, Json& more) {
  more["features"] = Json::array();
  more["domains"] = Json::array();
  more["unverified_domains"] = Json::array();
  more["admin"] = {{"email", tenant.admin_email}, {"name", tenant.admin_name}};
  more["manager"] = nullptr;
  const std::vector<RegisteredTenant> entries = read_settings(platform.control(), {tenant.id});
  if (entries.empty()) return;  // deleted
  const auto features = nlohmann::json::parse(entries.front().given.features);
  for (const auto& [feature, on] : features.items()) {
    if (on == true) more["features"].push_back(feature);
  }
  constexpr std::string_view prefix = "domain.";
  for (const auto& [name, value] : entries.front().settings) {
    if (!name.starts_with(prefix)) continue;
    const std::string domain = name.substr(prefix.size());
    more["domains"].push_back({{"hostname", domain}, {"verified", value == "verified"}});
    if (value != "verified") more["unverified_domains"].push_back(domain);
  }
  if (entries.front().manager) more["manager"] = *entries.front().manager;
}

void run(Session& session, const ShowTenant& options) {
  Platform platform = open_platform(session);
  Tenant tenant = require_tenant(platform, read_slug(session, options.slug));
  Json more = {{"use", read_use_now(session, platform, tenant)}};
  add_entry(platform, tenant, more);
  write_tenant(session, tenant, more);
}

}  // namespace

Command tenant_show_command() {
  return command<ShowTenant>("show", "show a tenant and its resources", run)
      .describe(R"(
Shows the plan, the subscription, the limits and how much of them is in use, the features, the limits and features of
the tenant's own, the domains, the resources and the steps of provisioning. What is in use is asked of the tenant's
database; if that cannot be reached, the seats are those that acctl saw last.)")
      .with(slug_argument, &ShowTenant::slug)
      .example("acctl tenant show acme", "See plan, seats and resources of a tenant.")
      .example("acctl tenant show acme -o json", "The entire entry as JSON, for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl

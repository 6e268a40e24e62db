#include "commands/shared/tenant_target.hpp"

#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

// In the database that the slug is the name of, which most often is the tenant's: the server begins the session while
// the platform is opened.
std::unique_ptr<Connection> early_session(const Session& session, const Platform& platform) {
  const std::vector<std::string>& named = session.settings().tenants;
  if (named.size() != 1) return nullptr;
  check_slug(named.front());
  try {
    return begin_early(platform, named.front());
  } catch (const Error&) {
    return nullptr;  // where it matters, the next one says why
  }
}

}  // namespace

TenantSession open_tenant(Session& session) {
  Platform platform = begin_platform(session);
  std::unique_ptr<Connection> early = early_session(session, platform);
  platform.open(targets_of(session.settings().tenants));
  std::vector<Tenant> tenants = selected_tenants(session, platform, {});
  if (tenants.size() != 1) {
    throw Error(ErrorKind::invalid,
                "this command takes one tenant, but " + std::to_string(tenants.size()) + " are selected",
                "Select it with -t.");
  }
  Tenant& tenant = tenants.front();
  if (tenant.status != "active") {
    throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + ", not active",
                "'acctl tenant show " + tenant.slug + "' shows details.");
  }
  const bool right = early && tenant.server_dsn.empty() && tenant.database == early->dsn().get("dbname");
  if (right) {
    early->require(door_of(tenant, Access::read));
  } else {
    early = enter(platform, tenant);
  }
  return {std::move(platform), std::move(tenant), std::move(early)};
}

}  // namespace acctl

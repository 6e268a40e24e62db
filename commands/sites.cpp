#include "commands/sites.hpp"

#include "commands/open.hpp"

namespace acctl {

void for_each_site(Session& session, const std::string& command, const std::vector<std::string>& exclude,
                   const std::function<void(Site&)>& work) {
  Platform platform = open_platform(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, exclude);
  const RunRecord record = record_of(session, command, "", {});
  const Ending ending = session.settings().dry_run ? Ending::roll_back : Ending::commit;
  FleetReport report;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "active") continue;
    try {
      check_schema(tenant);
      const Reconnect connect = [&] { return platform.tenant(tenant.server_dsn, tenant.database); };
      const std::unique_ptr<Connection> database = connect();
      Site site{platform, tenant, *database, identity_of(tenant), record, ending, connect};
      work(site);
      ++report.unchanged;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || tenants.size() == 1) throw;
      session.terminal().warn(tenant.slug + ": " + error.what());
      report.failures.push_back({tenant.slug, error});
    }
  }
  throw_failures(report);
}

}  // namespace acctl

#include "commands/role/role.hpp"
#include "provisioning/access/roles.hpp"
#include "provisioning/base/duration.hpp"

namespace acctl {

namespace {

struct ListRoles {
  std::string expiring;
  std::vector<std::string> exclude;
};

void list_expiring(Session& session, const ListRoles& options) {
  const std::chrono::milliseconds time = parse_duration("--expiring", options.expiring);
  list_records(session, options.exclude, {"ROLE", "EMAIL", "TENANT", "UNTIL", "SINCE"}, "grants",
               [&](RecordSink& out, Platform&, const Tenant& tenant, TenantSession& database) {
                 for (const RoleHolding& held : expiring_holdings(database, time)) {
                   out.add({{"role", held.role},
                            {"email", held.email},
                            {"tenant", tenant.slug},
                            {"until", held.until},
                            {"since", held.since}});
                 }
               });
}

void run(Session& session, const ListRoles& options) {
  if (!options.expiring.empty()) return list_expiring(session, options);
  list_objects(session, role_noun, options.exclude,
               {"KEY", "TENANT", {"NAME", "/display_name"}, "SCOPE", "SYSTEM", "PERMISSIONS", "HOLDERS", "MANAGER"});
}

}  // namespace

Command role_list_command() {
  return command<ListRoles>("list", "list roles, or the grants that expire soon", run)
      .describe(R"(
Lists roles with the number of their permissions and of their holders. While a tenant of the pack msp is in
no enterprise, or is the only one of its enterprise, its chief role is displayed as plain "Admin".

With --expiring, lists the grants that expire within that time, the earliest first.)")
      .with(exclude_option, &ListRoles::exclude)
      .option("--expiring TIME", "list the grants that expire within this time, such as 7d", &ListRoles::expiring)
      .example("acctl role list -t acme", "All roles.")
      .example("acctl role list --all --expiring 7d", "Grants that expire within a week, in all tenants.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/named_key.hpp"
#include "commands/shared/record_sink.hpp"

namespace acctl {

namespace {

struct FindHolders {
  std::string permission;
  std::vector<std::string> exclude;
};

nlohmann::ordered_json to_json(const Tenant& tenant, const PermissionHolder& holder) {
  nlohmann::ordered_json record = {{"tenant", tenant.slug},
                                   {"email", holder.email},
                                   {"status", holder.status},
                                   {"level", or_null(holder.level)},
                                   {"via", holder.via}};
  if (!holder.until.empty()) record["until"] = holder.until;
  record["since"] = or_null(holder.since);
  record["run"] = or_null(holder.run);
  return record;
}

void run(Session& session, const FindHolders& options) {
  NamedPermission permission(options.permission);
  std::vector<Column> columns = {"EMAIL", "STATUS", "LEVEL", "VIA", "UNTIL", "SINCE", "RUN"};
  if (names_several(session)) columns.insert(columns.begin() + 1, "TENANT");
  // Everybody in every tenant can be more than memory has room for.
  HeldOutput held;
  RecordWriter out = session.records(Shape::many, std::move(columns));
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        RecordSink sink(out, in_order);
        permission.look(visit_holders(database, permission.asked(),
                                      [&](const PermissionHolder& holder) { sink.add(to_json(tenant, holder)); }));
        sink.flush();
      },
      [&] {
        permission.require();
        out.finish();
        held.release();
        if (out.empty()) session.terminal().info("nobody holds " + options.permission);
      });
}

}  // namespace

Command who_can_command() {
  return command<FindHolders>("who-can", "list everybody who has a permission, and how they obtained it", run)
      .describe(R"(
Lists the users, active or invited, who have a permission: in one tenant, or in many with --all or --match. VIA names
the roles, role templates and direct grants that give it, UNTIL when the last of these expires, SINCE when the first of
them was made and RUN the run that made it. A run is missing if the grant was seeded with the tenant or made outside
acctl. The rules are those of the application: a suspended user has no permissions, and crm permissions need CRM access.

With a level, such as tickets.view:group, only users are listed who have the permission at that level or a wider one,
with the ways that give it so. Use '*' for the users who have every permission.)")
      .argument("PERMISSION", "such as tickets.view, or tickets.view:group for at least that level",
                &FindHolders::permission)
      .with(exclude_option, &FindHolders::exclude)
      .example("acctl who-can tickets.delete -t acme", "List everybody who can delete tickets in one tenant.")
      .example("acctl who-can '*' --all -o csv", "List the admins of all tenants as CSV.")
      .example("acctl who-can settings.edit --match plan=pro -o json", "List holders in all tenants of a plan.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/fleet/seats.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

namespace {

struct ListTenants {
  std::string search;
  bool refresh = false;
};

void run(Session& session, const ListTenants& options) {
  TenantFilter filter = read_tenant_filter(session);
  filter.search = options.search;
  Platform platform = open_platform(session);
  refuse_unknown_names(platform, filter);
  RecordWriter out = session.records(Shape::many, {"SLUG",
                                                   "NAME",
                                                   "STATUS",
                                                   "PLAN",
                                                   "SERVER",
                                                   {"SEATS USED", "/seats/used"},
                                                   "LABELS",
                                                   {"CREATED", "/created_at"},
                                                   {"SEATS SEEN", "/seats/as_of"},
                                                   {"ENTERPRISE", Fit::wide},
                                                   {"DATABASE", Fit::wide},
                                                   {"PACK", Fit::wide},
                                                   {"SCHEMA", "/schema_version", Fit::wide},
                                                   {"HOST NAMES", "/resources/hostnames", Fit::wide}});
  const FieldFilter needed = [&](std::string_view name) { return out.needs(name); };
  const bool for_people = session.format() == OutputFormat::table;
  const auto add = [&](const Tenant& tenant) {
    if (out.takes_lines()) return out.add_line(to_json_line(tenant));
    nlohmann::ordered_json record = to_json(tenant, needed);
    if (for_people) record["status"] = describe_status(tenant);
    out.add(record);
  };
  FleetReport report;
  if (options.refresh) {
    std::vector<Tenant> tenants = list_tenants(platform, filter);
    report = refresh_seats(platform, tenants, session.parallel(), read_mode(session));
    std::ranges::for_each(tenants, add);
  } else {
    for_each_tenant(platform, filter, add);
  }
  out.finish();
  if (out.empty()) session.terminal().info("no tenants match");
  throw_failures(report, Reported::no);
}

}  // namespace

Command tenant_list_command() {
  return command<ListTenants>("list", "list and search tenants", run)
      .describe(R"(
Lists the tenants of the registry, sorted by slug: all of them, those selected by --tenant and --match, or those whose
slug or name contains TEXT. Deleted tenants are listed only with --match status=deleted. The number of seats in use
is the one that acctl saw last, and SEATS SEEN (seats.as_of) says when: each run that adds or deletes users looks, and
--refresh asks all listed tenants now.)")
      .argument("[TEXT]", "part of the slug or the name", &ListTenants::search)
      .option("--refresh", "ask each tenant how many seats are in use now", &ListTenants::refresh)
      .example("acctl tenant list", "All tenants.")
      .example("acctl tenant list acme --match plan=pro --match region=eu", "Tenants by name, plan and region.")
      .example("acctl tenant list --match status=failed -o name", "Slugs of failed tenants, for a script.")
      .trail(Trail::nothing);
}

}  // namespace acctl

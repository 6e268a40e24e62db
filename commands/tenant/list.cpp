#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

namespace {

struct ListTenants {
  std::string search;
};

int run(Session& session, const ListTenants& options) {
  TenantFilter filter = filter_of(session);
  filter.search = options.search;
  Platform platform = open_platform(session);
  RecordWriter out = session.records(Shape::many, {{"SLUG", "/slug"},
                                                   {"NAME", "/name"},
                                                   {"STATUS", "/status"},
                                                   {"PLAN", "/plan"},
                                                   {"SERVER", "/server"},
                                                   {"SEATS USED", "/seats/used"},
                                                   {"LABELS", "/labels"},
                                                   {"CREATED", "/created_at"}});
  const bool whole = session.format() == OutputFormat::json || session.format() == OutputFormat::yaml;
  const Steps steps = whole ? Steps::included : Steps::left_out;
  for_each_tenant(platform, filter, [&](const Tenant& tenant) { out.add(to_json(tenant, steps)); });
  out.finish();
  return 0;
}

}  // namespace

Command tenant_list_command() {
  return command<ListTenants>("list", "list and search tenants", run)
      .describe(R"(
Lists the tenants of the registry, sorted by slug: all of them, those selected by --tenant and --match, or those whose
slug or name contains TEXT. Deleted tenants are listed only with --match status=deleted. The number of seats in use is
the one that acctl saw last.)")
      .argument("[TEXT]", "part of the slug or the name", &ListTenants::search)
      .example("acctl tenant list", "All tenants.")
      .example("acctl tenant list acme --match plan=pro --match region=eu", "Tenants by name, plan and region.")
      .example("acctl tenant list --match status=failed -o name", "Slugs of failed tenants, for a script.")
      .trail(Trail::nothing);
}

}  // namespace acctl

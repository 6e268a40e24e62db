#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct ShowTenantStatus {
  std::string slug;
};

void run(Session& session, const ShowTenantStatus& options) {
  Platform platform = open_platform(session);
  const Tenant tenant = require_tenant(platform, read_slug(session, options.slug));
  if (session.wants_values()) {
    write_tenant(session, tenant);
    return;
  }
  session.terminal().info("tenant " + tenant.slug + " is " + describe_status(tenant) +
                          (tenant.hold_until ? ", held until " + *tenant.hold_until : ""));
  RecordWriter out = session.records(Shape::many, {{"STEP", "/name"}, "STATUS", "ATTEMPTS", "ERROR"});
  const nlohmann::ordered_json record = to_json(tenant);
  for (const auto& step : record["steps"]) out.add(step);
  out.finish();
}

}  // namespace

Command tenant_status_command() {
  return command<ShowTenantStatus>("status", "show provisioning progress", run)
      .describe("Shows the tenant's status and each step of its provisioning, with attempts and error.")
      .with(slug_argument, &ShowTenantStatus::slug)
      .example("acctl tenant status acme", "Find out which step failed, and why.")
      .trail(Trail::nothing);
}

}  // namespace acctl

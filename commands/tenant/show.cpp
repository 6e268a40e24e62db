#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct ShowTenant {
  std::string slug;
};

int run(Session& session, const ShowTenant& options) {
  Platform platform = open_platform(session);
  write_tenant(session, require_tenant(platform, slug_of(session, options.slug)));
  return 0;
}

}  // namespace

Command tenant_show_command() {
  return command<ShowTenant>("show", "show a tenant and its resources", run)
      .describe("Shows the tenant's registry entry: plan, seats, resources and the steps of its provisioning.")
      .with(slug_argument, &ShowTenant::slug)
      .example("acctl tenant show acme", "Plan, seats and resources.")
      .example("acctl tenant show acme -o json", "The entire entry as JSON, for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl

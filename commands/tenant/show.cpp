#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/fleet/seats.hpp"

namespace acctl {

namespace {

struct ShowTenant {
  std::string slug;
};

// The tenant's own database knows how many seats are in use. One that cannot be asked is shown all the same.
void refresh(Session& session, const Platform& platform, Tenant& tenant) {
  if (!is_reached(tenant, Reach::suspended_too)) return;
  try {
    look_at_seats(platform, tenant);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    session.terminal().warn("the seats in use are those of " + tenant.seats_as_of.value_or("an unknown time") +
                            ", because the tenant cannot be asked: " + error.what());
  }
}

int run(Session& session, const ShowTenant& options) {
  Platform platform = open_platform(session);
  Tenant tenant = require_tenant(platform, slug_of(session, options.slug));
  refresh(session, platform, tenant);
  write_tenant(session, tenant);
  return 0;
}

}  // namespace

Command tenant_show_command() {
  return command<ShowTenant>("show", "show a tenant and its resources", run)
      .describe(R"(
Shows the plan, the resources and the steps of provisioning of a tenant, and how many seats are in use. The last is asked
of the tenant's database; if that cannot be reached, it is what acctl saw last.)")
      .with(slug_argument, &ShowTenant::slug)
      .example("acctl tenant show acme", "See plan, seats and resources of a tenant.")
      .example("acctl tenant show acme -o json", "The entire entry as JSON, for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl

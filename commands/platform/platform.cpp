#include "commands/platform/platform.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

void refuse_dry_run(const Session& session, const std::string& command) {
  if (!session.settings().dry_run) return;
  throw Error(ErrorKind::invalid, "'acctl " + command + "' does not support --dry-run",
              "Use 'acctl platform status' to see the present state; running the command twice does no harm.");
}

Command platform_command() {
  return command_group("platform", "the control database: create, upgrade, inspect, configure", R"(
The platform is what tenants share: the registry of tenants, plans, servers and the audit trail, all of it in the
control database.)",
                       {platform_init_command(), platform_upgrade_command(), platform_status_command(),
                        platform_apply_command(), platform_check_command()});
}

}  // namespace acctl

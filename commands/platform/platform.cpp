#include "commands/platform/platform.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command platform_command() {
  return command_group("platform", "manage the control database", R"(
The platform is what tenants share: the registry of tenants, plans, servers and the audit trail, all of it in the
control database.)",
                       {platform_init_command, platform_upgrade_command, platform_status_command,
                        platform_apply_command, platform_check_command});
}

}  // namespace acctl

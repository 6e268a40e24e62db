#include "commands/fleet/fleet.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command fleet_command() {
  return command_group("fleet", "look at all tenants together", R"(
The fleet is all tenants of the platform. 'acctl tenant' shows and changes single ones, and so do --all and --match of
other commands.)",
                       {fleet_watch_command});
}

}  // namespace acctl

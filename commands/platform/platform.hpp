// The verbs of `platform`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command platform_init_command();
Command platform_upgrade_command();
Command platform_status_command();
Command platform_apply_command();
Command platform_check_command();

}  // namespace acctl

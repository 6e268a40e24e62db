// Packs: the configurations that tenants begin with.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command pack_list_command();
Command pack_show_command();

}  // namespace acctl

// Verbs of `platform` with a file of their own.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command platform_apply_command();
Command platform_check_command();

}  // namespace acctl

// Reports on single users.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command user_permissions_command();

}  // namespace acctl

// The fleet: all tenants together.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command fleet_watch_command();

}  // namespace acctl

// acctl init: lays out a repository of definitions.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command init_command();

}  // namespace acctl

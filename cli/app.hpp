// The composition root: the tree of all commands, and the way from argv to an exit code.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

Command command_tree();

// Runs the command that `words` (argv without the program) ask for; never throws. Returns the exit code.
int run(const std::vector<std::string>& words);

}  // namespace acctl

// Completion scripts for bash, zsh and fish, made from the command tree. They are static; only the names of
// tenants are requested from acctl when they are completed.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace acctl {

std::string bash_completion(const Command& root);
std::string zsh_completion(const Command& root);
std::string fish_completion(const Command& root);

}  // namespace acctl

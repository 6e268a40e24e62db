// The parts of pages that are made from the tables of the program: options, exit codes, kinds, columns, packs. A page
// has them where its source says {{NAME}}.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "man/markup.hpp"

namespace acctl {

// Throws std::logic_error for a name that is none.
std::vector<Block> make_fragment(const Command& root, const std::string& name);

}  // namespace acctl

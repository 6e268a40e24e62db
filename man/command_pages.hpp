// Pages of commands, made from the command tree: what a command takes, writes and ends with, and its examples.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "man/markup.hpp"

namespace acctl {

// The blocks of the page of that name: "acctl-tenant", "acctl-tenant-create". Throws std::logic_error for no command.
std::vector<Block> command_blocks(const Command& root, const std::string& name);

// The headers of the table that a command of the tree shows, by its examples; none if it shows no table.
std::vector<std::string> shown_columns(const Command& root, const Command& command);

// Arguments and options with their notes, as the entries of a list.
Block option_terms(const std::vector<Argument>& arguments, const std::vector<Option>& options);

}  // namespace acctl

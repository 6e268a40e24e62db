// Help on the terminal, made from the command tree.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

// Usage, description, arguments, options and examples of the last command of `path`; of the root when it is empty.
std::string help_text(const Command& root, const std::vector<const Command*>& path);

// The global options as help, manual and completions show them: global_options() and --help, which the parser knows by
// itself. Their targets must not be written to.
std::vector<Option> documented_global_options();

// "acctl tenant create SLUG [OPTIONS]"
std::string usage(const std::vector<const Command*>& path);

// "-o, --output FORMAT"
std::string option_signature(const Option& option);

// `title` on a line, then each name with its text beside it, broken at the width of a page.
std::string titled_list(const std::string& title, const std::vector<std::pair<std::string, std::string>>& rows);

// What is to be said of an option beyond its help: its choices and the variable that stands in for it.
std::string option_notes(const Option& option);

// What --output takes at `command` beside the formats of every command, as a sentence; "" where it is nothing.
std::string format_notes(const Command& command);

// The same of an argument: its choices.
std::string argument_notes(const Argument& argument);

}  // namespace acctl

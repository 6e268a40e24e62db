// Help on the terminal, made from the command tree.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace acctl {

constexpr std::size_t widest_help = 100;

// How wide help is on a terminal of so many columns; 0 columns: there is none.
std::size_t help_width(std::size_t columns);

// Usage, description, arguments, options and examples of the last command of `path`; of the root when it is empty.
std::string help_text(const Command& root, const std::vector<const Command*>& path, std::size_t width = widest_help);

// The global options as help, manual and completions show them: global_options() and --help, which the parser handles
// itself. Their targets must not be written to.
std::vector<Option> documented_global_options();

// "acctl tenant create SLUG [OPTIONS]"
std::string usage(const std::vector<const Command*>& path);

// "-o, --output FORMAT"
std::string option_signature(const Option& option);

// `title` on a line, then each name with its text beside it, broken at `width`. A name that leaves too little room has
// its text below.
std::string titled_list(const std::string& title, const std::vector<std::pair<std::string, std::string>>& rows,
                        std::size_t width = widest_help);

// Notes that follow the help of an option: its choices and its environment variable.
std::string option_notes(const Option& option);

// The formats that --output takes at `command` in addition to those of every command, as a sentence; "" for none.
std::string format_notes(const Command& command);

// Notes that follow the help of an argument: its choices.
std::string argument_notes(const Argument& argument);

}  // namespace acctl

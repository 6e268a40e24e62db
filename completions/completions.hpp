// Completion scripts for bash, zsh and fish. They hand the words of the line to `acctl __complete` and offer what it
// lists: what can be completed is known by the command tree alone.
#pragma once

#include <string_view>

namespace acctl {

// "bash", "zsh" or "fish"
std::string_view completion_script(std::string_view shell);

}  // namespace acctl

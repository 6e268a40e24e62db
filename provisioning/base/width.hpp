// Cuts text to columns of a terminal.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// `text`, or as much of its beginning as `width` columns hold together with the … that stands for the rest. What a
// reader sees as one character (a letter with its vowel signs, an emoji of several parts) is kept or left out as a
// whole. `width` is at least 1; only for text that escaped() has passed.
std::string cut_to_width(std::string_view text, std::size_t width);

}  // namespace acctl

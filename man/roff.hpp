// Text as mdoc(7) reads it back unchanged.
#pragma once

#include <string>
#include <vector>

namespace acctl {

// Paragraphs of prose, parted by line breaks in `text`; ends with a line break. Every sentence gets a line of its own.
std::string roff_prose(const std::string& text);

// Lines shown as they are: commands, files.
std::string roff_literal(const std::string& text);

// A word after a macro, where it must be taken neither for a macro nor for punctuation nor for two words.
std::string roff_argument(const std::string& word);

}  // namespace acctl

// Characters from outside: whether they are what they claim, and how they are shown without harm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// Printable ASCII: nearly all there is, and nothing to be decoded.
constexpr bool is_plain(char byte) { return byte >= ' ' && byte <= '~'; }

// Bytes of the UTF-8 character that begins at text[at]; 0 where there is none (invalid, overlong, surrogate).
std::size_t utf8_length(std::string_view text, std::size_t at);

// The character itself; only where utf8_length() is not 0.
std::uint32_t utf8_code(std::string_view text, std::size_t at);

// Control characters, and the marks that reorder text (bidi) or hide in it (zero width).
bool is_unprintable(std::uint32_t code);

// Fit for a terminal: unprintable characters and invalid bytes become \x.. or \u{....}.
std::string escaped(std::string_view text);

// The beginning of `text` (80 bytes), escaped: for messages, which a hostile value must not fill.
std::string abbreviated(std::string_view text);

// Columns that `text` takes on a terminal; only for text that escaped() has passed.
std::size_t display_width(std::string_view text);

// "a, b and 3 more": the first `most` of them.
std::string enumerated(const std::vector<std::string>& words, std::size_t most, std::string_view separator = ", ");

}  // namespace acctl

// Checks and escapes text from outside, so that it can be shown safely.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acctl {

// Printable ASCII: nearly all there is, and nothing to be decoded.
constexpr bool is_plain(char byte) { return byte >= ' ' && byte <= '~'; }

// A loop, for a predicate that is handed on is called for each byte.
constexpr bool is_plain(std::string_view text) {
  for (const char byte : text) {
    if (!is_plain(byte)) return false;
  }
  return true;
}

// Of ASCII, whatever the locale says.
constexpr bool is_lower(char byte) { return byte >= 'a' && byte <= 'z'; }
constexpr bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Bytes of the UTF-8 character that begins at text[at]; 0 if there is none (invalid, overlong, surrogate).
std::size_t utf8_length(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

// The character itself; only where utf8_length() is not 0.
std::uint32_t utf8_code(std::string_view text, std::size_t at);

// Whether the character at text[at], which is valid, is not seen or changes how others are seen: control characters,
// marks that reorder text (bidi), spaces that look like the usual one (U+00A0), and what hides in it. It is a question
// of the place: joiners between letters and between emoji belong to the spelling (Persian, Hindi, a family), and so do
// variation selectors after what they vary; elsewhere they hide.
bool is_hidden(std::string_view text, std::size_t at);

// The one check of what comes in: the first hidden character in words, "U+202E (right-to-left override)"; "" if there
// is none. `Breaks::allowed`: line ends and tabs are no such characters. Invalid bytes are none either.
enum class Breaks { hidden, allowed };
std::string hidden_character(std::string_view text, Breaks breaks = Breaks::hidden);

// The one escape of what goes out, fit for a terminal: hidden characters and invalid bytes become \x.. or \u{....}.
std::string escaped(std::string_view text);

// Some characters spelled otherwise, and all others as they are.
std::string with_spellings(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> spellings);

// For text and for quoted attributes of HTML and SVG; what a terminal must not see is spelled out here, too.
std::string html_escaped(std::string_view text);

// How many characters there are; an invalid byte counts as one.
std::size_t character_count(std::string_view text);

// The beginning of `text` (80 bytes), escaped: for messages, which a hostile value must not fill.
std::string abbreviated(std::string_view text);

// Columns that `text` takes on a terminal; only for text that escaped() has passed.
std::size_t display_width(std::string_view text);

// Letters of ASCII in lower case, as addresses of email are compared.
std::string lower_case(std::string_view text);

// Without the blanks, tabs and line ends at its ends.
std::string trimmed(std::string_view text);

// "a, b, c", with `separator` between them.
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");

// "a, b and 3 more": the first `most` of them.
std::string enumerated(const std::vector<std::string>& words, std::size_t most, std::string_view separator = ", ");

// "1 tenant", "3 tenants"
std::string counted(std::size_t count, const std::string& what);

}  // namespace acctl

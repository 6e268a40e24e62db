#include "provisioning/base/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>

#include "provisioning/base/words.hpp"

namespace acctl {

namespace {

struct Character {
  std::size_t length = 0;  // in bytes; 0: there is none
  utf8proc_int32_t code = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  Character read;
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &read.code);
  if (length > 0) read.length = static_cast<std::size_t>(length);
  return read;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) { return character_at(text, at).length; }

std::uint32_t utf8_code(std::string_view text, std::size_t at) {
  return static_cast<std::uint32_t>(character_at(text, at).code);
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = static_cast<unsigned char>(text[i]) < 0x80 ? 1 : utf8_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

namespace {

constexpr std::uint32_t non_joiner = 0x200C;
constexpr std::uint32_t joiner = 0x200D;

bool is_between(std::uint32_t code, std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; }

bool is_variation_selector(std::uint32_t code) {
  return is_between(code, 0xFE00, 0xFE0F) || is_between(code, 0xE0100, 0xE01EF) || is_between(code, 0x180B, 0x180D) ||
         code == 0x180F;
}

const utf8proc_property_t& property(std::uint32_t code) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
}

bool is_skin_tone(std::uint32_t code) { return is_between(code, 0x1F3FB, 0x1F3FF); }

// Wherever it stands, but for joiners and variation selectors.
bool is_invisible(std::uint32_t code) {
  const utf8proc_property_t& known = property(code);
  // What Unicode lets programs ignore: zero widths, marks of direction, fillers, soft hyphens, variation selectors.
  if (known.ignorable) return true;
  if (known.category == UTF8PROC_CATEGORY_CC) return true;
  if (known.category == UTF8PROC_CATEGORY_ZL || known.category == UTF8PROC_CATEGORY_ZP) return true;
  // Programs take a no-break space for a letter of the word, and people for a blank. The ideographic space is seen: it
  // stands between the parts of Japanese names.
  if (known.category == UTF8PROC_CATEGORY_ZS && code != ' ' && code != 0x3000) return true;
  // utf8proc knows assigned characters only, and these ranges are ignorable as a whole; tags are a second text that
  // nobody sees.
  if (is_between(code, 0x2060, 0x206F) || is_between(code, 0xE0000, 0xE0FFF)) return true;
  return is_between(code, 0xFFF0, 0xFFFB);  // the last three are notes between the lines
}

// Whether a joiner has something to join: letters, marks and numbers of any script, parts of emoji, and what is newer
// than the tables.
bool is_joinable(std::uint32_t code) {
  if (code < 0x80) return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
  if (is_invisible(code)) return false;
  const utf8proc_property_t& known = property(code);
  if (known.category <= UTF8PROC_CATEGORY_NO) return true;  // CN, L*, M*, N*: the order of the header
  return known.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC || is_skin_tone(code);
}

// The character before text[at]; 0 if there is none or it is not valid.
std::uint32_t code_before(std::string_view text, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && at - start < 4) {
    --start;
    if ((static_cast<unsigned char>(text[start]) & 0xC0) != 0x80) break;
  }
  return start < at && utf8_length(text, start) == at - start ? utf8_code(text, start) : 0;
}

std::uint32_t code_at(std::string_view text, std::size_t at) {
  return at < text.size() && utf8_length(text, at) != 0 ? utf8_code(text, at) : 0;
}

bool joins(std::string_view text, std::size_t at, std::size_t length) {
  std::uint32_t before = code_before(text, at);
  // An emoji may be told to be shown as one before it is joined.
  if (is_variation_selector(before)) before = code_before(text, at - (before > 0xFFFF ? 4 : 3));
  return is_joinable(before) && is_joinable(code_at(text, at + length));
}

bool varies(std::string_view text, std::size_t at) {
  const std::uint32_t before = code_before(text, at);
  if (before < 0x80) return is_between(before, '0', '9') || before == '#' || before == '*';  // keycaps
  return !is_invisible(before);
}

std::string_view find_character_name(std::uint32_t code) {
  const std::string_view name = find_word(code, {{0x00A0, "no-break space"},
                                                 {0x00AD, "soft hyphen"},
                                                 {0x200B, "zero width space"},
                                                 {non_joiner, "zero width non-joiner, which stands between letters"},
                                                 {joiner, "zero width joiner, which stands between letters or emoji"},
                                                 {0x200E, "left-to-right mark"},
                                                 {0x200F, "right-to-left mark"},
                                                 {0x202A, "left-to-right embedding"},
                                                 {0x202B, "right-to-left embedding"},
                                                 {0x202D, "left-to-right override"},
                                                 {0x202E, "right-to-left override"},
                                                 {0x202F, "narrow no-break space"},
                                                 {0x2060, "word joiner"},
                                                 {0xFEFF, "byte order mark"}});
  if (!name.empty()) return name;
  if (code < 0x20 || is_between(code, 0x7F, 0x9F)) return "a control character";
  if (is_variation_selector(code)) return "a variation selector, which stands after what it varies";
  if (is_between(code, 0x2028, 0x2029)) return "a line separator";
  if (is_between(code, 0x2066, 0x2069) || code == 0x202C || code == 0x061C) return "a mark of the writing direction";
  if (property(code).category == UTF8PROC_CATEGORY_ZS) return "a space other than the usual one";
  return "an invisible character";
}

}  // namespace

bool is_hidden(std::string_view text, std::size_t at) {
  const std::uint32_t code = utf8_code(text, at);
  if (!is_invisible(code)) return false;
  if (code == joiner || code == non_joiner) return !joins(text, at, utf8_length(text, at));
  return !is_variation_selector(code) || !varies(text, at);
}

std::string hidden_character(std::string_view text, Breaks breaks) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const bool is_break = text[i] == '\n' || text[i] == '\r' || text[i] == '\t';
    if (length == 0 || is_plain(text[i]) || (is_break && breaks == Breaks::allowed) || !is_hidden(text, i)) {
      i += length == 0 ? 1 : length;
      continue;
    }
    const std::uint32_t code = utf8_code(text, i);
    char number[16];
    std::snprintf(number, sizeof number, "U+%04X", code);
    return std::string(number) + " (" + std::string(find_character_name(code)) + ")";
  }
  return {};
}

std::string escaped(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (is_plain(text[i])) {
      safe += text[i++];
      continue;
    }
    const std::size_t length = utf8_length(text, i);
    char number[16];
    if (length == 0) {
      std::snprintf(number, sizeof number, "\\x%02x", static_cast<unsigned char>(text[i]));
      safe += number;
      i += 1;
      continue;
    }
    if (is_hidden(text, i)) {
      const std::uint32_t code = utf8_code(text, i);
      std::snprintf(number, sizeof number, code < 0x100 ? "\\x%02x" : "\\u{%x}", code);
      safe += number;
    } else {
      safe += text.substr(i, length);
    }
    i += length;
  }
  return safe;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0) == 0x80 ? 0 : 1;
  return count;
}

std::string abbreviated(std::string_view text) {
  if (text.size() <= 80) return escaped(text);
  std::size_t end = 80;
  while (end > 76 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not in the middle of a character
  return escaped(text.substr(0, end)) + "…";
}

namespace {

// `joined`: it continues what `before` belongs to.
int columns(std::uint32_t code, std::uint32_t before, bool joined) {
  const utf8proc_property_t& known = property(code);
  const bool pictograph = known.boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
  const bool jamo = known.boundclass == UTF8PROC_BOUNDCLASS_V || known.boundclass == UTF8PROC_BOUNDCLASS_T;
  // A family is as wide as its first member, a syllable as its first letter.
  if (joined && (pictograph || jamo || is_skin_tone(code))) return 0;
  // It shows as an emoji what is else a narrow sign.
  if (joined && code == 0xFE0F) return property(before).charwidth == 1 ? 1 : 0;
  // Vowel signs that stand beside their letter have a column on terminals and in the C library, not in utf8proc.
  if (known.category == UTF8PROC_CATEGORY_MC || known.boundclass == UTF8PROC_BOUNDCLASS_PREPEND) return 1;
  return static_cast<int>(known.charwidth);
}

}  // namespace

std::size_t display_width(std::string_view text) {
  if (is_plain(text)) return text.size();
  int width = 0;
  Character before;
  utf8proc_int32_t state = 0;
  for (std::size_t i = 0; i < text.size(); i += before.length) {
    const Character next = character_at(text, i);
    if (next.length == 0) return text.size();
    const bool joined = i > 0 && !utf8proc_grapheme_break_stateful(before.code, next.code, &state);
    width += columns(static_cast<std::uint32_t>(next.code), static_cast<std::uint32_t>(before.code), joined);
    before = next;
  }
  return static_cast<std::size_t>(width);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return lower;
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  return enumerated(words, words.size(), separator);
}

std::string enumerated(const std::vector<std::string>& words, std::size_t most, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) {
    if (i > 0) text += separator;
    text += words[i];
  }
  return words.size() > most ? text + " and " + std::to_string(words.size() - most) + " more" : text;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string with_spellings(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> spellings) {
  std::string all;
  for (const char c : text) {
    const auto* found = std::ranges::find(spellings, c, &std::pair<char, std::string_view>::first);
    all += found == spellings.end() ? std::string_view(&c, 1) : found->second;
  }
  return all;
}

std::string html_escaped(std::string_view text) {
  return with_spellings(escaped(text),
                        {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}});
}

}  // namespace acctl

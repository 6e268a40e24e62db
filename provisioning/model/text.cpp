#include "provisioning/model/text.hpp"

#include <cstdio>

namespace acctl {

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const auto continues = [&](std::size_t count) {
    if (text.size() - at <= count) return false;
    for (std::size_t i = 1; i <= count; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return false;
    }
    return true;
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF && continues(2)) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4 && continues(3)) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) >= 0x90;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::uint32_t utf8_code(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i])); };
  switch (utf8_length(text, at)) {
    case 2:
      return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    case 3:
      return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    case 4:
      return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    default:
      return byte(0);
  }
}

namespace {

constexpr std::uint32_t non_joiner = 0x200C;
constexpr std::uint32_t joiner = 0x200D;

bool is_between(std::uint32_t code, std::uint32_t first, std::uint32_t last) { return code >= first && code <= last; }

bool is_variation_selector(std::uint32_t code) {
  return is_between(code, 0xFE00, 0xFE0F) || is_between(code, 0xE0100, 0xE01EF) || is_between(code, 0x180B, 0x180D) ||
         code == 0x180F;
}

// Wherever it stands, but for joiners and variation selectors.
bool is_invisible(std::uint32_t code) {
  if (code < 0x20 || is_between(code, 0x7F, 0x9F)) return true;
  if (is_between(code, 0x200B, 0x200F)) return true;    // zero width, left-to-right and right-to-left marks
  if (is_between(code, 0x2028, 0x202E)) return true;    // line separators, embeddings and overrides
  if (is_between(code, 0x2060, 0x206F)) return true;    // word joiner, isolates
  if (is_between(code, 0xE0000, 0xE0FFF)) return true;  // tags: a second text that nobody sees
  if (is_between(code, 0xFFF9, 0xFFFB) || is_between(code, 0x1D173, 0x1D17A)) return true;
  if (is_variation_selector(code)) return true;
  switch (code) {
    case 0x00AD:  // soft hyphen
    case 0x034F:  // grapheme joiner
    case 0x061C:  // Arabic letter mark
    case 0x115F:  // fillers: a letter's width of nothing
    case 0x1160:
    case 0x17B4:
    case 0x17B5:
    case 0x180E:
    case 0x3164:
    case 0xFEFF:
    case 0xFFA0:
      return true;
    default:
      return false;
  }
}

// Letters, marks and digits of any script, and what emoji are made of; coarse, for all that is asked is whether a
// joiner has something to join.
bool is_joinable(std::uint32_t code) {
  if (code < 0x80) return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
  if (is_invisible(code)) return false;
  if (code < 0xC0) return code == 0xAA || code == 0xB5 || code == 0xBA;
  if (code == 0xD7 || code == 0xF7 || code == 0x1680) return false;
  if (is_between(code, 0x2000, 0x218F)) return false;  // punctuation, spaces, signs
  if (is_between(code, 0x2200, 0x25FF)) return false;  // mathematics, boxes; arrows and symbols are parts of emoji
  if (is_between(code, 0x3000, 0x3004) || is_between(code, 0x3008, 0x3020) || code == 0x3030) return false;
  return !is_between(code, 0xE000, 0xF8FF);  // private use
}

// The character before text[at]; 0 where there is none or it is not valid.
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

std::string_view name_of(std::uint32_t code) {
  switch (code) {
    case 0x00AD:
      return "soft hyphen";
    case 0x200B:
      return "zero width space";
    case non_joiner:
      return "zero width non-joiner, which stands between letters";
    case joiner:
      return "zero width joiner, which stands between letters or emoji";
    case 0x200E:
      return "left-to-right mark";
    case 0x200F:
      return "right-to-left mark";
    case 0x202A:
      return "left-to-right embedding";
    case 0x202B:
      return "right-to-left embedding";
    case 0x202D:
      return "left-to-right override";
    case 0x202E:
      return "right-to-left override";
    case 0x2060:
      return "word joiner";
    case 0xFEFF:
      return "byte order mark";
    default:
      break;
  }
  if (code < 0x20 || is_between(code, 0x7F, 0x9F)) return "a control character";
  if (is_variation_selector(code)) return "a variation selector, which stands after what it varies";
  if (is_between(code, 0x2028, 0x2029)) return "a line separator";
  if (is_between(code, 0x2066, 0x2069) || code == 0x202C || code == 0x061C) return "a mark of the writing direction";
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
    return std::string(number) + " (" + std::string(name_of(code)) + ")";
  }
  return {};
}

std::string escaped(std::string_view text) {
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

std::string escaped_json(std::string json) {
  // Control characters below U+0020 are layout here: within strings they are escaped already.
  const auto hides = [&](std::size_t at) {
    return !is_plain(json[at]) && static_cast<unsigned char>(json[at]) >= 0x7F && is_hidden(json, at);
  };
  std::string safe;
  std::size_t copied = 0;
  for (std::size_t i = 0; i < json.size();) {
    const std::size_t length = utf8_length(json, i);
    if (length == 0 || !hides(i)) {
      i += length == 0 ? 1 : length;
      continue;
    }
    std::uint32_t code = utf8_code(json, i);
    char number[16];
    if (code > 0xFFFF) {
      code -= 0x10000;
      std::snprintf(number, sizeof number, "\\u%04x\\u%04x", 0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
    } else {
      std::snprintf(number, sizeof number, "\\u%04x", code);
    }
    safe.append(json, copied, i - copied);
    safe += number;
    i += length;
    copied = i;
  }
  if (copied == 0) return json;
  return safe.append(json, copied);
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

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    if (length == 0) return text.size();
    const std::uint32_t code = utf8_code(text, i);
    // What is hidden is escaped by now; what is left of it joins and varies.
    const bool combining = (code >= 0x300 && code <= 0x36F) || is_invisible(code);
    const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                      (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                      (code >= 0xFF00 && code <= 0xFF60) || (code >= 0x1F300 && code <= 0x1FAFF);
    columns += combining ? 0 : wide ? 2 : 1;
    i += length;
  }
  return columns;
}

std::string enumerated(const std::vector<std::string>& words, std::size_t most, std::string_view separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < most; ++i) {
    if (i > 0) text += separator;
    text += words[i];
  }
  return words.size() > most ? text + " and " + std::to_string(words.size() - most) + " more" : text;
}

}  // namespace acctl

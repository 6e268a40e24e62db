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

bool is_unprintable(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return true;
  if (code >= 0x200B && code <= 0x200F) return true;    // zero width, left-to-right and right-to-left marks
  if (code >= 0x2028 && code <= 0x202E) return true;    // line separators, embeddings and overrides
  if (code >= 0x2060 && code <= 0x206F) return true;    // joiners, isolates
  if (code >= 0xE0000 && code <= 0xE007F) return true;  // tags: a second text that nobody sees
  return code == 0x00AD || code == 0x061C || code == 0x180E || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB);
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
    if (const std::uint32_t code = utf8_code(text, i); is_unprintable(code)) {
      std::snprintf(number, sizeof number, code < 0x100 ? "\\x%02x" : "\\u{%x}", code);
      safe += number;
    } else {
      safe += text.substr(i, length);
    }
    i += length;
  }
  return safe;
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
    const bool combining = code >= 0x300 && code <= 0x36F;
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

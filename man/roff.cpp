#include "man/roff.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// Characters that roff would take for commands or make typographic.
std::string one(char c) {
  switch (c) {
    case '\\':
      return "\\e";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return std::string(1, c);
  }
}

std::string characters(const std::string& text, bool literal) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const char before = i == 0 ? ' ' : text[i - 1];
    if (length > 1) {
      char code[16];
      std::snprintf(code, sizeof code, "\\[u%04X]", utf8_code(text, i));
      out += code;
    } else if (text[i] == '-' && (literal || before == ' ' || before == '-')) {
      out += "\\-";  // a minus, that can be pasted; else a hyphen
    } else {
      out += one(text[i]);
    }
    i += length > 0 ? length : 1;
  }
  return out;
}

std::string line(const std::string& text, bool literal) {
  const std::string guard = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
  return guard + characters(text, literal) + "\n";
}

bool ends_sentence(const std::string& text, std::size_t at) {
  const bool stop = text[at] == '.' || text[at] == '!' || text[at] == '?';
  return stop && at + 2 < text.size() && text[at + 1] == ' ' && std::isupper(static_cast<unsigned char>(text[at + 2]));
}

std::string paragraph(const std::string& text) {
  std::string out;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!ends_sentence(text, i)) continue;
    out += line(text.substr(start, i + 1 - start), false);
    start = i + 2;
  }
  return out + line(text.substr(start), false);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    all.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return all;
}

}  // namespace

std::string roff_prose(const std::string& text) {
  std::string out;
  for (const std::string& part : lines(text)) {
    if (part.find_first_not_of(' ') == std::string::npos) continue;
    out += (out.empty() ? "" : ".Pp\n") + paragraph(part.substr(part.find_first_not_of(' ')));
  }
  return out;
}

std::string roff_literal(const std::string& text) {
  std::string out = ".Bd -literal -offset indent\n";
  for (const std::string& part : lines(text)) out += line(part, true);
  return out + ".Ed\n";
}

std::string roff_argument(const std::string& word) {
  const std::string escaped_word = characters(word, true);
  if (word.empty()) return "\"\"";
  if (word.find(' ') != std::string::npos) return "\"" + escaped_word + "\"";
  // Up to three characters could be a macro ("Ar", "Brq") or punctuation, but no lower-case word is.
  const bool lower = std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
  return (word.size() <= 3 && !lower ? "\\&" : "") + escaped_word;
}

}  // namespace acctl

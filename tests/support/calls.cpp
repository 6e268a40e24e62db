#include "tests/support/calls.hpp"

#include <algorithm>
#include <string_view>

namespace acctl::test {

namespace {

// The words of the call of acctl that begins at line[at], up to the end of the simple command, as a shell has them.
std::vector<std::string> words_from(const std::string& line, std::size_t at) {
  std::vector<std::string> words;
  bool open = false;
  char quote = 0;
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (quote == 0 && std::string_view("|;&<>)\n").find(c) != std::string_view::npos) break;
    if (quote == 0 && c == ' ') {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && c == '$' && line.compare(at, 2, "$(") == 0) {
      const std::size_t end = std::min(line.find(')', at), line.size() - 1);
      words.back() += line.substr(at, end + 1 - at);
      at = end;
    } else {
      words.back() += c;
    }
  }
  return words;
}

}  // namespace

std::vector<std::vector<std::string>> calls(const std::string& line) {
  std::vector<std::vector<std::string>> all;
  for (std::size_t at = line.find("acctl"); at != std::string::npos; at = line.find("acctl", at + 1)) {
    const bool begins = at == 0 || line[at - 1] == ' ' || line[at - 1] == '(';
    const bool ends = at + 5 == line.size() || line[at + 5] == ' ';
    if (begins && ends) all.push_back(words_from(line, at + 5));
  }
  return all;
}

}  // namespace acctl::test

#include "provisioning/definitions/yaml_feed.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace acctl::yaml {

namespace {

constexpr std::size_t ahead_limit = 4u << 20;
constexpr char question = '\xFF';  // for a '?' that is text
constexpr char filler = '\xFE';    // for what one escape is shorter than two
constexpr std::size_t pair_length = 12;

// JSON writes a character beyond U+FFFF as two escapes, which yaml-cpp takes for two characters that are none.
struct SurrogatePair {
  std::size_t at = npos;  // in the text
  unsigned code = 0;
};

SurrogatePair find_pair(std::string_view text, std::size_t from) {
  const auto unit = [&](std::size_t at) -> unsigned {
    unsigned value = 0;
    if (text.substr(at, 2) != "\\u" || at + 6 > text.size()) return 0;
    const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, value, 16);
    return error == std::errc() && end == text.data() + at + 6 ? value : 0;
  };
  for (std::size_t at = text.find("\\u", from); at != npos; at = text.find("\\u", at + 2)) {
    const unsigned high = unit(at);
    if (high < 0xD800 || high > 0xDBFF) continue;
    const unsigned low = unit(at + 6);
    if (low < 0xDC00 || low > 0xDFFF) continue;
    // Of backslashes in a row each second one is text.
    std::size_t before = at;
    while (before > 0 && text[before - 1] == '\\') --before;
    if ((at - before) % 2 == 0) return {at, 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)};
  }
  return {};
}

// A comma or an opened bracket comes with words, and with what may be keys.
std::size_t feed_cost(char c) {
  if (c == ',' || c == '[' || c == '{') return 10;
  return c == ']' || c == '}' || c == ':' || c == '?' || c == '!' || c == '&' || c == '\'' || c == '"' ? 3 : 1;
}

std::size_t depth_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

// Where a part of `text` ends that has at least 64 KiB: with a line that is not blank, so that what blank lines mean is
// seen within the part.
std::size_t part_length(std::string_view text) {
  for (std::size_t end = text.find('\n', 64u << 10); end != npos; end = text.find('\n', end + 1)) {
    const std::size_t start = text.rfind('\n', end - 1) + 1;  // npos + 1 is 0
    if (text.find_first_not_of(" \t\r", start) < end) return end + 1;
  }
  return text.size();
}

}  // namespace

Feed::Feed(std::string_view text) : rest_(text) { take_part(); }

void Feed::take_part() {
  if (!text_.empty()) above_ = depth_of(std::string_view(text_).substr(text_.rfind('\n', text_.size() - 2) + 1));
  text_ = rest_.substr(0, part_length(rest_));
  rest_.remove_prefix(text_.size());
  ended_ = rest_.empty();
  if (ended_) text_ += text_.ends_with('\n') ? "...\n" : "\n...\n";
  mark_questions();
  if (text_.find('\t') != npos) blank_tabs();
  join_surrogates();
  setg(text_.data(), text_.data(), text_.data());
}

Feed::int_type Feed::underflow() {
  if (gptr() == text_.data() + text_.size() && !ended_) take_part();
  char* const next = gptr() + std::min<std::ptrdiff_t>(text_.data() + text_.size() - gptr(), 4096);
  if (gptr() == next) return traits_type::eof();
  for (const char* c = gptr(); c != next; ++c) ahead += feed_cost(*c);
  if (ahead > ahead_limit) throw Problem{0, 0, "more than 4 MiB in one value"};
  setg(text_.data(), gptr(), next);
  return traits_type::to_int_type(*gptr());
}

// Within brackets it takes any ? for the mark of a key.
void Feed::mark_questions() {
  for (std::size_t i = text_.find('?'); i != npos; i = text_.find('?', i + 1)) {
    const bool apart = i == 0 || is_white(text_[i - 1]) || is_bracket(text_[i - 1]);
    if (!apart || !is_white(text_[i + 1])) text_[i] = question;
  }
}

// A line of nothing but blanks and tabs is an empty line, unless it is as deep as the text around it: then its tabs are
// a part of that text.
void Feed::blank_tabs() {
  struct TabLine {
    std::size_t start;
    std::size_t end;
    std::size_t depth;
  };
  std::vector<TabLine> waiting;
  std::size_t above = above_;
  const auto settle = [&](std::size_t below) {
    for (const TabLine& line : waiting) {
      if (line.depth > 0 && line.depth >= std::max(above, below)) continue;
      std::replace(text_.begin() + static_cast<std::ptrdiff_t>(line.start),
                   text_.begin() + static_cast<std::ptrdiff_t>(line.end), '\t', ' ');
    }
    waiting.clear();
    above = below;
  };
  for (std::size_t start = 0; start < text_.size();) {
    const std::size_t end = std::min(text_.find('\n', start), text_.size());
    const std::size_t depth = std::min(text_.find_first_not_of(' ', start), end) - start;
    if (std::min(text_.find_first_not_of(" \t\r", start), end) < end) {
      settle(depth);
    } else if (start + depth < end && text_[start + depth] == '\t') {
      waiting.push_back({start, end, depth});
    }
    start = end + 1;
  }
  settle(0);  // only the last part ends with blank lines
}

void Feed::join_surrogates() {
  for (SurrogatePair pair = find_pair(text_, 0); pair.at != npos; pair = find_pair(text_, pair.at + pair_length)) {
    char code[16];
    std::snprintf(code, sizeof code, "\\U%08x%c%c", pair.code, filler, filler);
    text_.replace(pair.at, pair_length, code);
  }
}

void as_written(std::string& scalar, std::string_view text, std::size_t start) {
  std::ranges::replace(scalar, question, '?');
  if (scalar.find(filler) == npos) return;
  if (start < text.size() && text[start] == '"') {
    std::erase(scalar, filler);
    return;
  }
  // Only in double quotes are two escapes one character; elsewhere they are the text that they were.
  for (std::size_t end = scalar.find(filler); end != npos; end = scalar.find(filler, end)) {
    const std::size_t original = find_pair(text, start).at;
    if (original == npos || end + 2 < pair_length) return;
    scalar.replace(end + 2 - pair_length, pair_length, text.substr(original, pair_length));
    start = original + pair_length;
  }
}

}  // namespace acctl::yaml

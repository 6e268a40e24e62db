#include "provisioning/definitions/yaml_text.hpp"

#include <algorithm>

#include "provisioning/base/text.hpp"

namespace acctl::yaml {

std::size_t quote_end(std::string_view text, std::size_t i) {
  const char quote = text[i];
  for (++i; i < text.size(); ++i) {
    const bool escapes = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (!escapes && text[i] == quote) return i + 1;
    i += escapes ? 1 : 0;
  }
  return npos;
}

Problem within(int line, Problem problem) {
  if (line != problem.line) problem.message += " (in what begins in line " + std::to_string(line) + ")";
  return problem;
}

Problem Text::at(std::size_t place, std::string message) {
  if (place < counted_) {
    counted_ = 0;
    line_ = column_ = 1;
  }
  for (; counted_ < std::min(place, text_.size()); ++counted_) {
    const auto c = static_cast<unsigned char>(text_[counted_]);
    line_ += c == '\n' ? 1 : 0;
    column_ = c == '\n' ? 1 : column_ + ((c & 0xc0) == 0x80 ? 0 : 1);
  }
  return {line_, column_, std::move(message)};
}

void Text::skip() {
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '#')
      at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
    else if (!is_white(text_[at_]))
      return;
    else if (text_[at_] == '\n')
      fresh_ = true;
    else if (text_[at_] == '\t' && fresh_ && !in_flow() && !is_rest_blank())
      throw at(at_, tab);
  }
}

bool Text::is_rest_blank() const {
  const std::size_t word = text_.find_first_not_of(" \t\r", at_);
  return word == npos || text_[word] == '\n';
}

void Text::demand(char mark) {
  skip();
  if (peek(at_) != mark) throw missing();
  ++at_;
}

Problem Text::missing() {
  if (const auto open = unclosed(text_.size())) return *open;
  return at(at_, in_flow() && !is_bracket(peek(at_)) && peek(at_) != ':' ? no_colon : nothing_there);
}

void Text::lead_document() {
  skip();
  if (peek(at_) == '%') throw at(at_, "directives (%NAME) are not allowed");
  if (is_marker("...")) throw missing();
  if (!is_marker("---")) return;
  at_ += 3;
  fresh_ = false;
}

void Text::lead(bool written) {
  if (levels_.empty()) return lead_document();
  Level& level = levels_.back();
  if (level.node.type == YamlNode::Type::sequence) {
    if (!level.flow || !level.node.items.empty()) demand(level.flow ? ',' : '-');
    fresh_ = true;
    if (!level.flow) return;
  } else if (level.awaits_value) {
    const YamlNode& key = level.node.entries.back().key;
    skip();
    const bool here = !level.marked || level.flow || at(at_, "").column == level.node.column;
    if ((here && is_mark(":")) || (level.flow && key.quoted && peek(at_) == ':')) {
      ++at_;
      fresh_ = level.marked;
    } else if (!level.marked && (written || !level.flow)) {
      throw at_node(key, no_colon);
    }
    return;
  } else {
    if (level.flow && !level.pair && !level.node.entries.empty()) demand(',');
    skip();
    level.marked = is_mark("?");
    at_ += level.marked ? 1 : 0;
    fresh_ = fresh_ || level.marked;
    if (level.marked && !level.flow) return;
  }
  skip();
  if (!written) throw missing();
}

void Text::pass(YamlNode& scalar) {
  const char first = peek(at_);
  fresh_ = false;
  if (scalar.quoted && first != '|' && first != '>') return pass_quoted(scalar.text);
  if (scalar.quoted) at_ = std::min(text_.find('\n', at_), text_.size());
  if (!scalar.quoted && in_flow()) {
    // Marks, to some readers.
    if (first == ':' || first == '?') throw at(at_, no_word(first));
    if (scalar.text.find(":?") != npos) throw at(text_.find(":?", at_), colons);
  }
  // Its characters stand in the text as they are.
  const std::size_t start = at_;
  for (const char c : scalar.text) {
    if (c == ' ' || c == '\n' || (c == '\t' && !scalar.quoted)) continue;
    while (at_ < text_.size() && text_[at_] != c) ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }
  if (!scalar.quoted) return check_tabs(start);
  fresh_ = true;
  // Where its last line has no end, the text has none either.
  const bool open = !text_.ends_with('\n') && text_.find_first_not_of(' ', at_) == npos;
  if (open && scalar.text.ends_with('\n')) scalar.text.pop_back();
}

void Text::check_tabs(std::size_t start) {
  if (!in_flow() || levels_.front().flow) return;
  bool begun = true;
  for (std::size_t i = start; i < at_ || is_white(peek(i)); ++i) {
    if (i >= text_.size()) return;
    if (text_[i] == '\t' && !begun) throw at(i, tab);
    begun = text_[i] != '\n' && (begun || !is_white(text_[i]));
  }
}

void Text::pass_quoted(std::string& text) {
  const std::string_view quoted = text_.substr(at_, quote_end(text_, at_) - at_);
  for (std::size_t i = quoted[0] == '"' ? quoted.find('\\') : npos; i != npos; i = quoted.find('\\', i + 2)) {
    if (quoted[i + 1] == '\'') throw at(at_ + i, escape);
  }
  // For \N and \_ it gives a byte, not a character.
  for (std::size_t i = 0; i < text.size(); i += utf8_length(text, i)) {
    if (utf8_length(text, i) == 0) text.insert(i, 1, '\xC2');
  }
  // Of line breaks before the closing quote it keeps one.
  std::size_t breaks = 0;
  for (std::size_t i = quoted.size() - 2; is_white(quoted[i]); --i) breaks += quoted[i] == '\n' ? 1 : 0;
  const std::size_t size = text.find_last_not_of('\n') + breaks;
  if (breaks > 0 && text.size() < size) text.resize(size, '\n');
  at_ += quoted.size();
}

std::size_t Text::bracket_end(std::size_t i) const {
  constexpr std::size_t soon = 4096;
  const std::string_view line = text_.substr(0, std::min(text_.find('\n', i), i + soon));
  std::string open;
  bool word = false;
  for (; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '#' && is_white(line[i - 1])) return npos;
    if (!word && (c == '"' || c == '\'')) {
      const std::size_t closed = quote_end(line, i);
      if (closed == npos) return npos;
      i = closed - 1;
      continue;
    }
    if (c == '[' || c == '{') open += c == '[' ? ']' : '}';
    if (c == ']' || c == '}') {
      if (open.empty() || open.back() != c) return npos;
      open.pop_back();
      if (open.empty()) return i + 1;
    }
    word = !is_white(c) && !is_bracket(c) && c != ':';
  }
  return npos;
}

std::optional<Problem> Text::unclosed(std::size_t end) {
  std::vector<std::size_t> open;
  for (const Level& level : levels_) {
    if (level.flow && !level.pair) open.push_back(level.start);
  }
  bool word = false;
  for (std::size_t i = at_; i < end; ++i) {
    const char c = text_[i];
    if (c == '#' && (i == 0 || is_white(text_[i - 1]))) {
      i = std::min(text_.find('\n', i), end) - 1;
    } else if (!word && (c == '"' || c == '\'')) {
      const std::size_t closed = quote_end(text_, i);
      if (closed > end) return at(i, "a quote is opened and never closed");
      i = closed - 1;
    } else if (!is_white(c)) {
      if ((c == '[' || c == '{') && (!word || !open.empty())) open.push_back(i);
      if ((c == ']' || c == '}') && !open.empty()) open.pop_back();
      const bool mark = c == ':' || c == '-' || c == '?';
      word = mark ? !is_white(peek(i + 1)) : !is_bracket(c);
    }
    word = word && c != '\n';
  }
  if (open.empty()) return std::nullopt;
  return at(open.back(), "a bracket is opened and never closed");
}

}  // namespace acctl::yaml

#include "man/markup.hpp"

#include <algorithm>
#include <stdexcept>

#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; }

// The length of the link that begins at text[at]: "acctl-plan(1)"; 0 for none.
std::size_t link_length(std::string_view text, std::size_t at) {
  if (at > 0 && (is_name(text[at - 1]) || text[at - 1] == '/')) return 0;
  std::size_t end = at;
  while (end < text.size() && is_name(text[end])) ++end;
  const bool section =
      end > at && end + 2 < text.size() && text[end] == '(' && text[end + 1] >= '1' && text[end + 1] <= '8';
  return section && text[end + 2] == ')' ? end + 3 - at : 0;
}

void add_text(Line& line, std::string_view text) {
  if (text.empty()) return;
  if (line.empty() || line.back().kind != TextSpan::Kind::text) line.push_back({TextSpan::Kind::text, ""});
  line.back().text += text;
}

class MarkupReader {
 public:
  explicit MarkupReader(std::string_view source) : lines_(split(source, '\n')) {}

  Markup head() {
    // # NAME(SECTION): SUMMARY
    const std::string_view first = lines_.empty() ? std::string_view() : lines_.front();
    const std::size_t open = first.find('(');
    const std::size_t colon = first.find("): ");
    if (!first.starts_with("# ") || open == std::string_view::npos || colon != open + 2) {
      fail("the first line is not `# NAME(SECTION): SUMMARY`");
    }
    at_ = 1;
    return {.name = std::string(first.substr(2, open - 2)),
            .section = first[open + 1] - '0',
            .summary = std::string(first.substr(colon + 3)),
            .blocks = {}};
  }

  std::vector<Block> blocks() {
    std::vector<Block> all;
    while (at_ < lines_.size()) {
      if (here().empty()) {
        ++at_;
      } else {
        all.push_back(block());
      }
    }
    return all;
  }

  static std::vector<Block> parse_blocks(std::string_view text) { return MarkupReader(text).blocks(); }

 private:
  std::string_view here() const { return lines_[at_]; }
  bool more() const { return at_ < lines_.size(); }

  [[noreturn]] void fail(const std::string& what) const {
    throw std::logic_error("line " + std::to_string(at_ + 1) + ": " + what);
  }

  Block block() {
    const std::string_view line = here();
    if (line.starts_with("## ")) return heading(Block::Kind::section, 3);
    if (line.starts_with("### ")) return heading(Block::Kind::subsection, 4);
    if (line.starts_with("    ")) return literal_block();
    if (line.starts_with("- ")) return bullets();
    if (line.starts_with("|")) return table();
    if (line.starts_with("![")) return picture();
    if (line.starts_with("{{") && line.ends_with("}}")) {
      ++at_;
      return {.kind = Block::Kind::fragment, .text = std::string(line.substr(2, line.size() - 4))};
    }
    if (line.starts_with(" ") || line.starts_with("#")) fail("neither text nor a heading: " + std::string(line));
    if (is_term()) return terms();
    return prose();
  }

  Block heading(Block::Kind kind, std::size_t mark) {
    Block made{.kind = kind, .line = parse_line(here().substr(mark))};
    ++at_;
    return made;
  }

  Block prose() {
    std::string text;
    for (; more() && !here().empty() && !begins_block(); ++at_) {
      if (!text.empty()) text += ' ';
      text += here();
    }
    return paragraph(parse_line(text));
  }

  bool begins_block() const {
    const std::string_view line = here();
    return line.starts_with("## ") || line.starts_with("### ") || line.starts_with("- ") || line.starts_with("|") ||
           line.starts_with("    ") || line.starts_with("![") || is_term();
  }

  // A line of which the next one begins with ": ".
  bool is_term() const {
    std::size_t next = at_;
    while (next < lines_.size() && lines_[next].starts_with("`") && lines_[next].ends_with("`")) ++next;
    return next > at_ && next < lines_.size() && lines_[next].starts_with(": ");
  }

  Block literal_block() {
    std::string text;
    for (; more() && (here().empty() || here().starts_with("    ")); ++at_) {
      text += (here().empty() ? std::string_view() : here().substr(4));
      text += '\n';
    }
    while (text.ends_with('\n')) text.pop_back();
    return literal(std::move(text));
  }

  // The rest of an entry whose first line begins with a mark of two characters, taken apart like a page.
  std::vector<Block> body() {
    std::string text(here().substr(2));
    ++at_;
    while (more() && (here().starts_with("  ") ||
                      (here().empty() && at_ + 1 < lines_.size() && lines_[at_ + 1].starts_with("  ")))) {
      text += '\n';
      text += here().empty() ? std::string_view() : here().substr(2);
      ++at_;
    }
    return parse_blocks(text);
  }

  void skip_blank_lines_before(const char* mark) {
    std::size_t next = at_;
    while (next < lines_.size() && lines_[next].empty()) ++next;
    if (next < lines_.size() && lines_[next].starts_with(mark)) at_ = next;
  }

  Block bullets() {
    Block made{.kind = Block::Kind::bullets};
    while (more() && here().starts_with("- ")) {
      made.items.push_back({{}, body()});
      skip_blank_lines_before("- ");
    }
    return made;
  }

  Block terms() {
    Block made{.kind = Block::Kind::terms};
    while (more() && is_term()) {
      Item item;
      for (; !here().starts_with(": "); ++at_) item.terms.push_back(parse_line(here()));
      item.body = body();
      made.items.push_back(std::move(item));
      skip_blank_lines_before("`");
    }
    return made;
  }

  static std::vector<Line> cells(std::string_view row) {
    std::vector<Line> all;
    row.remove_prefix(1);
    for (const std::string_view cell : split(row, '|')) all.push_back(parse_line(trimmed(cell)));
    return all;
  }

  Block table() {
    Block made{.kind = Block::Kind::table};
    for (; more() && here().starts_with("|"); ++at_) {
      if (here().starts_with("|-")) continue;
      made.rows.push_back(cells(here()));
      if (made.rows.back().size() != made.rows.front().size()) fail("a row of another width");
    }
    return made;
  }

  Block picture() {
    const std::string_view line = here();
    const std::size_t middle = line.find("](");
    if (middle == std::string_view::npos || !line.ends_with(')')) fail("a picture is written ![words](FILE)");
    ++at_;
    return {.kind = Block::Kind::picture,
            .line = parse_line(line.substr(2, middle - 2)),
            .text = std::string(line.substr(middle + 2, line.size() - middle - 3))};
  }

  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
};

}  // namespace

Markup parse_head(std::string_view source) { return MarkupReader(source).head(); }

Markup parse_markup(std::string_view source) {
  MarkupReader reader(source);
  Markup markup = reader.head();
  markup.blocks = reader.blocks();
  return markup;
}

Line parse_line(std::string_view text) {
  Line line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text[at] == '`' ? text.find('`', at + 1) : std::string_view::npos;
    if (close != std::string_view::npos && close > at + 1) {
      line.push_back({TextSpan::Kind::code, std::string(text.substr(at + 1, close - at - 1))});
      at = close + 1;
    } else if (const std::size_t length = link_length(text, at); length > 0) {
      line.push_back({TextSpan::Kind::link, std::string(text.substr(at, length))});
      at += length;
    } else {
      add_text(line, text.substr(at, 1));
      ++at;
    }
  }
  return line;
}

std::vector<Block> prose_blocks(const std::string& text) {
  std::vector<Block> all;
  for (std::string_view line : split(text, '\n')) {
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (!line.empty()) all.push_back(paragraph(parse_line(line)));
  }
  return all;
}

std::string_view parse_page_name(std::string_view link) { return link.substr(0, link.find('(')); }

std::string plain_text(const Line& line) {
  std::string text;
  for (const TextSpan& span : line) text += span.text;
  return text;
}

Block section(std::string title) {
  return {.kind = Block::Kind::section, .line = {{TextSpan::Kind::text, std::move(title)}}};
}

Block subsection(std::string title) {
  return {.kind = Block::Kind::subsection, .line = {{TextSpan::Kind::text, std::move(title)}}};
}

Block paragraph(Line line) { return {.kind = Block::Kind::paragraph, .line = std::move(line)}; }

Block literal(std::string text) { return {.kind = Block::Kind::literal, .text = std::move(text)}; }

Line code(std::string text) { return {{TextSpan::Kind::code, std::move(text)}}; }

}  // namespace acctl

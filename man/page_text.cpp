#include "man/page_text.hpp"

#include "cli/table.hpp"
#include "provisioning/base/split.hpp"

namespace acctl {

namespace {

constexpr std::size_t indent_step = 4;

// The blocks of a page, one below the other.
class TextPage {
 public:
  explicit TextPage(std::size_t width) : width_(width) {}

  void add(const std::vector<Block>& blocks, std::size_t indent) {
    for (const Block& block : blocks) add(block, indent);
  }

  const std::string& text() const { return text_; }

 private:
  void add(const Block& block, std::size_t indent) {
    switch (block.kind) {
      case Block::Kind::section:
        text_ += "\n" + plain_text(block.line) + "\n";
        break;
      case Block::Kind::subsection:
        text_ += "\n" + std::string(indent_step / 2, ' ') + plain_text(block.line) + "\n";
        break;
      case Block::Kind::paragraph:
        part_from_before();
        put(plain_text(block.line), indent);
        break;
      case Block::Kind::usage:
        put(plain_text(block.line), indent);
        break;
      case Block::Kind::literal:
        part_from_before();
        put_lines(block.text, indent + indent_step);
        break;
      case Block::Kind::bullets:
      case Block::Kind::terms:
        for (const Item& item : block.items) put_item(item, indent);
        break;
      case Block::Kind::table:
        put_table(block.rows, indent);
        break;
      case Block::Kind::picture:  // the literal text that follows says the same
      case Block::Kind::fragment:
        break;
    }
  }

  // An empty line, but not below a heading.
  void part_from_before() {
    const std::size_t line = text_.size() < 2 ? std::string::npos : text_.rfind('\n', text_.size() - 2);
    const std::size_t start = line == std::string::npos ? 0 : line + 1;
    const bool below_heading = text_.empty() || text_.compare(start, indent_step, std::string(indent_step, ' ')) != 0;
    if (!below_heading) text_ += "\n";
  }

  void put(const std::string& words, std::size_t indent) {
    text_ += std::string(indent, ' ') + wrapped(words, indent, width_) + "\n";
  }

  void put_lines(const std::string& lines, std::size_t indent) {
    for (const std::string_view line : split(lines, '\n')) {
      if (!line.empty()) text_ += std::string(indent, ' ') + std::string(line);
      text_ += "\n";
    }
  }

  void put_item(const Item& item, std::size_t indent) {
    part_from_before();
    std::string terms;
    for (const Line& term : item.terms) terms += (terms.empty() ? "" : ", ") + plain_text(term);
    if (!terms.empty()) put(terms, indent);
    const std::size_t body = text_.size();
    add(item.body, indent + indent_step);
    // The first paragraph of the body stands right below its terms, or behind its bullet.
    if (text_.compare(body, 1, "\n") == 0) text_.erase(body, 1);
    if (terms.empty() && body + indent < text_.size()) text_[body + indent] = '-';
  }

  // The first cell of each row, with what it means below it.
  void put_rows(const std::vector<std::vector<Line>>& rows, std::size_t indent) {
    const bool named = rows.front().size() > 2;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      part_from_before();
      put(plain_text(rows[i][0]), indent);
      for (std::size_t cell = 1; cell < rows[i].size(); ++cell) {
        const std::string words = plain_text(rows[i][cell]);
        const std::string header = named ? plain_text(rows.front()[cell]) + ": " : "";
        if (!words.empty()) put(header + words, indent + indent_step);
      }
    }
  }

  // Two columns are terms and what they mean; more are columns, if the line has room for them.
  void put_table(const std::vector<std::vector<Line>>& rows, std::size_t indent) {
    if (rows.front().size() == 2) return put_rows(rows, indent);
    std::vector<std::string> headers;
    for (const Line& header : rows.front()) headers.push_back(plain_text(header));
    std::vector<TableRow> cells;
    for (std::size_t i = 1; i < rows.size(); ++i) {
      cells.emplace_back();
      for (const Line& cell : rows[i]) cells.back().push_back({.text = plain_text(cell)});
    }
    if (const LaidOutTable table = lay_out_table(headers, cells, width_ - indent, true); table.left_out.empty()) {
      part_from_before();
      put_lines(table.text, indent);
    } else {
      put_rows(rows, indent);
    }
  }

  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string render_text(const ManualPage& page, std::size_t width) {
  TextPage text(width);
  text.add({section("NAME"), paragraph(parse_line(page.name + " - " + page.summary))}, indent_step);
  text.add(page.blocks, indent_step);
  return text.text().substr(1);  // of the first heading
}

}  // namespace acctl

#include "provisioning/base/csv.hpp"

#include <algorithm>
#include <set>

#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// Far above any honest file; so that a hostile one ends soon and takes little room.
constexpr std::size_t column_limit = 1'000;
constexpr std::size_t row_limit = 100'000;

class CsvScanner {
 public:
  CsvScanner(std::string_view text, const std::string& file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  CsvTable read() {
    CsvTable table;
    if (text_.starts_with("\xFE\xFF") || text_.starts_with("\xFF\xFE")) refuse(1, "UTF-16; save it as UTF-8");
    while (at_ < text_.size()) {
      CsvRow row = read_row();
      const bool blank = row.cells.size() == 1 && row.cells[0].empty();
      if (blank) continue;
      if (table.header.empty()) {
        take_header(table, std::move(row));
      } else if (row.cells.size() != table.header.size()) {
        complain(row.line, "has " + std::to_string(row.cells.size()) + " cells, the header has " +
                               std::to_string(table.header.size()));
      } else {
        if (table.rows.size() == row_limit) refuse(row.line, "more than 100,000 rows");
        for (std::string& cell : row.cells) cell = undefused(std::move(cell));
        table.rows.push_back(std::move(row));
      }
    }
    if (table.header.empty()) complain(1, "is empty; the first line must name the columns");
    if (!problems_.empty()) refuse();
    return table;
  }

 private:
  void complain(int line, const std::string& message) {
    if (problems_.size() == problem_limit) refuse(line, "further problems are not shown");
    problems_.push_back({file_, line, 0, message});
  }

  [[noreturn]] void refuse() { throw Error(ErrorKind::invalid, file_ + " is not valid CSV", "", std::move(problems_)); }
  [[noreturn]] void refuse(int line, const std::string& message) {
    problems_.push_back({file_, line, 0, message});
    refuse();
  }

  void take_header(CsvTable& table, CsvRow row) {
    std::set<std::string> names;
    for (const std::string& name : row.cells) {
      if (!names.insert(name).second) complain(row.line, "the column '" + name + "' is named twice");
    }
    table.header = std::move(row.cells);
  }

  CsvRow read_row() {
    CsvRow row{.line = line_, .cells = {}};
    for (;;) {
      if (row.cells.size() == column_limit) refuse(line_, "has more than 1,000 cells");
      row.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_cell() : plain_cell());
      if (!std::ranges::all_of(row.cells.back(), [](char c) { return c != '\0'; })) complain(line_, "holds a NUL");
      check_utf8(row.cells.back());
      if (at_ >= text_.size() || text_[at_] != ',') break;
      ++at_;
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
    return row;
  }

  std::string plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    return cell;
  }

  std::string quoted_cell() {
    const int begun = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        if (at_ < text_.size() && std::string_view(",\r\n").find(text_[at_]) == std::string_view::npos) {
          complain(line_, "has text after a closing quote");
          plain_cell();
        }
        return cell;
      }
      if (text_[at_] == '\n') ++line_;
      cell += text_[at_];
    }
    complain(begun, "a quote is opened and never closed");
    return cell;
  }

  void check_utf8(const std::string& cell) {
    for (std::size_t i = 0; i < cell.size();) {
      const std::size_t length = utf8_length(cell, i);
      if (length == 0) return complain(line_, "is not valid UTF-8");
      i += length;
    }
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<Diagnostic> problems_;
};

// A spreadsheet takes a cell that begins so for a formula; behind apostrophes it would, once one of them is taken away.
bool begins_as_formula(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r").find(cell[first]) != std::string_view::npos;
}

}  // namespace

std::string defused(std::string cell) {
  if (begins_as_formula(cell)) cell.insert(0, "'");
  return cell;
}

std::string undefused(std::string cell) {
  if (cell.starts_with('\'') && begins_as_formula(cell)) cell.erase(0, 1);
  return cell;
}

CsvTable read_csv(std::string_view text, const std::string& file) { return CsvScanner(text, file).read(); }

}  // namespace acctl

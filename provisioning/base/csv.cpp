#include "provisioning/base/csv.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// Far above any honest file; so that a hostile one ends soon and takes little room.
constexpr std::size_t column_limit = 1'000;
constexpr std::size_t row_limit = 100'000;

void append_utf8(std::string& text, std::uint32_t code) {
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  text.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

// UTF-16 as UTF-8; nothing if it is cut or has half a pair.
std::optional<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at]));
    const auto second = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1]));
    return big_endian ? first << 8 | second : second << 8 | first;
  };
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    if (code >= 0xD800 && code < 0xE000) {
      at += 2;
      if (code >= 0xDC00 || at >= bytes.size()) return std::nullopt;
      const std::uint32_t low = unit(at);
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, code);
  }
  return text;
}

// A row with the lines on which its cells begin.
struct ScannedRow {
  int line = 0;
  std::vector<std::string> cells;
  std::vector<int> lines;
};

class CsvScanner {
 public:
  CsvScanner(std::string_view text, const std::string& file, const std::vector<std::string>& ignored,
             HiddenInCells hidden)
      : text_(text), file_(file), ignored_(ignored), hidden_(hidden) {}

  CsvTable read() {
    decode();
    take_separator();
    CsvTable table;
    while (at_ < text_.size()) {
      ScannedRow row = read_row();
      while (!row.cells.empty() && trimmed(row.cells.back()).empty()) row.cells.pop_back();
      if (row.cells.empty()) continue;
      if (width_ == 0) {
        take_header(table, row);
      } else {
        take_row(table, row);
      }
    }
    if (width_ == 0) complain(1, "is empty; the first line must name the columns");
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

  void decode() {
    if (text_.starts_with("\xEF\xBB\xBF")) return text_.remove_prefix(3);
    const bool big_endian = text_.starts_with("\xFE\xFF");
    if (!big_endian && !text_.starts_with("\xFF\xFE")) return;
    std::optional<std::string> decoded = from_utf16(text_.substr(2), big_endian);
    if (!decoded) refuse(1, "is not valid UTF-16");
    decoded_ = *std::move(decoded);
    text_ = decoded_;
  }

  // Excel writes and reads a line `sep=;` before the header.
  void take_separator() {
    const std::string_view line = text_.substr(0, std::min(text_.find_first_of("\r\n"), text_.size()));
    if (line.size() != 5 || lower_case(line.substr(0, 4)) != "sep=") return guess_separator();
    separator_ = line[4];
    if (std::string_view(",;\t|").find(separator_) == std::string_view::npos) {
      refuse(1, "names a separator that is no comma, semicolon, tab or vertical bar");
    }
    at_ = line.size();
    end_line();
  }

  // The header tells: names of columns have no separators in them.
  void guess_separator() {
    const std::string_view candidates = ",;\t";
    std::vector<std::size_t> counts(candidates.size());
    bool quoted = false;
    const std::size_t first = std::min(text_.find_first_not_of("\r\n"), text_.size());
    for (const char c : text_.substr(first)) {
      if (c == '"') quoted = !quoted;
      if (quoted) continue;
      if (c == '\n' || c == '\r') break;
      if (const std::size_t found = candidates.find(c); found != std::string_view::npos) ++counts[found];
    }
    separator_ = candidates[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
  }

  void take_header(CsvTable& table, const ScannedRow& row) {
    table.header_line = row.line;
    width_ = row.cells.size();
    std::set<std::string> ignored;
    for (const std::string& name : ignored_) ignored.insert(column_name(name));
    std::set<std::string> names;
    std::vector<std::string> known;
    for (std::size_t i = 0; i < width_; ++i) {
      std::string name = sound(trimmed(row.cells[i]), row.lines[i]);
      named_.push_back(!name.empty());
      kept_.push_back(named_.back() && !ignored.contains(column_name(name)));
      if (!named_.back()) continue;
      if (!names.insert(column_name(name)).second) complain(row.line, "the column '" + name + "' is named twice");
      known.push_back(name);
      if (kept_.back()) table.header.push_back(std::move(name));
    }
    for (const std::string& name : ignored_) {
      if (names.contains(column_name(name))) continue;
      complain(row.line, "there is no column '" + name + "' to ignore" + did_you_mean(name, known));
    }
  }

  void take_row(CsvTable& table, ScannedRow& row) {
    if (row.cells.size() > width_ || row.lines.size() < width_) {
      const std::size_t cells = row.lines.size() < width_ ? row.lines.size() : row.cells.size();
      return complain(row.line, "has " + std::to_string(cells) + " cells, the header has " + std::to_string(width_));
    }
    if (table.rows.size() == row_limit) refuse(row.line, "more than 100,000 rows");
    row.cells.resize(width_);
    CsvRow taken{.line = row.line, .cells = {}};
    for (std::size_t i = 0; i < width_; ++i) {
      std::string cell = trimmed(row.cells[i]);
      if (!named_[i] && !cell.empty()) {
        complain(row.lines[i], "has a value in column " + std::to_string(i + 1) + ", which has no name");
      }
      if (!kept_[i]) continue;
      std::vector<Diagnostic>* const own = hidden_ == HiddenInCells::kept ? &taken.problems : nullptr;
      taken.cells.push_back(undefused(sound(std::move(cell), row.lines[i], own)));
    }
    table.rows.push_back(std::move(taken));
  }

  ScannedRow read_row() {
    ScannedRow row{.line = line_, .cells = {}, .lines = {}};
    for (;;) {
      if (row.cells.size() == column_limit) refuse(row.line, "has more than 1,000 cells");
      row.lines.push_back(line_);
      const std::size_t first = std::min(text_.find_first_not_of(' ', at_), text_.size());
      if (first < text_.size() && text_[first] == '"') {
        at_ = first;
        row.cells.push_back(quoted_cell());
      } else {
        row.cells.push_back(plain_cell());
      }
      if (at_ >= text_.size() || text_[at_] != separator_) break;
      ++at_;
    }
    end_line();
    return row;
  }

  void end_line() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  bool ends_cell(std::size_t at) const {
    return at >= text_.size() || text_[at] == separator_ || text_[at] == '\r' || text_[at] == '\n';
  }

  std::string plain_cell() {
    const std::size_t begin = at_;
    while (!ends_cell(at_)) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_cell() {
    const int begun = line_;
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        ++at_;
      } else if (text_[at_] == '"') {
        ++at_;
        if (const std::string rest = plain_cell(); !trimmed(rest).empty())
          complain(line_, "has text after a closing quote");
        return cell;
      }
      const bool lone_return = text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] != '\n');
      if (text_[at_] == '\n' || lone_return) ++line_;
      cell += text_[at_];
    }
    complain(begun, "a quote is opened and never closed");
    return cell;
  }

  // Complains of what a cell must not hold. With `own` an invisible character is a problem of the row, and the cell is
  // left out.
  std::string sound(std::string cell, int line, std::vector<Diagnostic>* own = nullptr) {
    for (std::size_t i = 0; i < cell.size();) {
      if (cell[i] == '\n') ++line;
      const std::size_t length = utf8_length(cell, i);
      if (length == 0 || cell[i] == '\0') {
        complain(line, cell[i] == '\0' ? "holds a NUL" : "is not valid UTF-8");
        return cell;
      }
      i += length;
    }
    if (const std::string hidden = hidden_character(cell, Breaks::allowed); !hidden.empty()) {
      const std::string message = "'" + abbreviated(cell) + "' holds an invisible character, " + hidden;
      if (own != nullptr) {
        own->push_back({file_, line, 0, message});
        return "";
      }
      complain(line, message);
    }
    return cell;
  }

  std::string_view text_;
  std::string decoded_;  // where the file is UTF-16
  std::string file_;
  const std::vector<std::string>& ignored_;
  HiddenInCells hidden_;
  char separator_ = ',';
  std::size_t at_ = 0;
  int line_ = 1;
  std::size_t width_ = 0;  // of the header
  std::vector<bool> named_;
  std::vector<bool> kept_;
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

CsvTable read_csv(std::string_view text, const std::string& file, const std::vector<std::string>& ignored,
                  HiddenInCells hidden) {
  return CsvScanner(text, file, ignored, hidden).read();
}

std::string column_name(std::string_view header) {
  std::string name = lower_case(header);
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '-'; }, '_');
  return name;
}

std::vector<std::string> words_in_cell(std::string_view cell) {
  constexpr std::string_view separators = ",; \t\r\n";
  std::vector<std::string> words;
  for (std::size_t start = 0; start < cell.size();) {
    const std::size_t end = std::min(cell.find_first_of(separators, start), cell.size());
    if (end > start) words.emplace_back(cell.substr(start, end - start));
    start = end + 1;
  }
  return words;
}

std::string list_entry(const std::string& text) {
  const bool plain = text.find_first_of(",;\"") == std::string::npos && !text.starts_with(' ') && !text.ends_with(' ');
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::optional<std::string> read_list_entry(std::string_view list, std::size_t& at, std::string_view separators) {
  std::string entry;
  if (!list.substr(at).starts_with('"')) {
    const std::size_t end = std::min(list.find_first_of(separators, at), list.size());
    entry = list.substr(at, end - at);
    while (entry.ends_with(' ')) entry.pop_back();  // list_entry() quotes an entry that ends with one
    at = end;
    return entry;
  }
  for (++at; at < list.size(); ++at) {
    if (list[at] == '"' && !list.substr(++at).starts_with('"')) {
      at = std::min(list.find_first_not_of(' ', at), list.size());
      const bool ends = at == list.size() || separators.find(list[at]) != std::string_view::npos;
      return ends ? std::optional(entry) : std::nullopt;
    }
    entry += list[at];
  }
  return std::nullopt;
}

std::optional<bool> truth_in_cell(std::string_view cell) {
  const std::string word = lower_case(cell);
  if (word == "true" || word == "yes" || word == "y" || word == "1") return true;
  if (word == "false" || word == "no" || word == "n" || word == "0") return false;
  return std::nullopt;
}

}  // namespace acctl

#include "cli/table.hpp"

#include <algorithm>
#include <numeric>

#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/base/width.hpp"

namespace acctl {

namespace {

constexpr std::size_t gap = 2;              // blanks between columns
constexpr std::size_t narrowest_text = 12;  // to which texts are cut
constexpr std::size_t narrowest_sentence = 30;
constexpr std::size_t narrowest_value = 16;  // for which facts are wrapped at all
constexpr std::string_view more_items = ", …";

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t columns = display_width(text);
  return columns >= width ? text : text + std::string(width - columns, ' ');
}

// As many items as `width` holds, and … for the rest.
std::string cut_between_items(const std::string& text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t at = text.find(", "); at != std::string::npos; at = text.find(", ", at + 2)) {
    if (display_width(text.substr(0, at)) + display_width(more_items) > width) break;
    end = at;
  }
  return end == 0 ? "…" : text.substr(0, end) + std::string(more_items);
}

std::string fitted(const TableCell& cell, std::size_t width) {
  if (cell.cut == TableCell::Cut::never || display_width(cell.text) <= width) return cell.text;
  if (cell.cut == TableCell::Cut::broken) return wrapped(cell.text, 0, width);
  return cell.cut == TableCell::Cut::anywhere ? cut_to_width(cell.text, width) : cut_between_items(cell.text, width);
}

// Of one column: how wide it is now, how narrow it can be, and whether any of its cells has a text.
struct Room {
  std::size_t width = 0;
  std::size_t least = 0;
  bool empty = true;
};

std::size_t least_width(const TableCell& cell) {
  const std::size_t whole = display_width(cell.text);
  if (cell.cut == TableCell::Cut::never) return whole;
  if (cell.cut == TableCell::Cut::broken) return std::min(whole, narrowest_sentence);
  // One item of a list is to be seen.
  const std::size_t item = cell.cut == TableCell::Cut::anywhere
                               ? 0
                               : display_width(cell.text.substr(0, cell.text.find(", "))) + display_width(more_items);
  return std::min(whole, std::max(narrowest_text, item));
}

std::vector<Room> measure(const std::vector<std::string>& headers, const std::vector<TableRow>& rows,
                          bool with_headers) {
  std::vector<Room> rooms(headers.size());
  for (std::size_t i = 0; with_headers && i < headers.size(); ++i) {
    rooms[i].width = rooms[i].least = display_width(headers[i]);
  }
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::size_t width = display_width(row[i].text);
      if (width > rooms[i].width) rooms[i].width = width;
      if (width > rooms[i].least) rooms[i].least = std::max(rooms[i].least, least_width(row[i]));
      if (width > 0) rooms[i].empty = false;
    }
  }
  return rooms;
}

std::size_t total_width(const std::vector<Room>& rooms) {
  return std::accumulate(rooms.begin(), rooms.end(), gap * (rooms.size() - 1),
                         [](std::size_t sum, const Room& room) { return sum + room.width; });
}

// Takes columns from the widest until the row fits; false if that is impossible.
bool narrow(std::vector<Room>& rooms, std::size_t width) {
  for (std::size_t total = total_width(rooms); total > width; --total) {
    Room* widest = nullptr;
    for (Room& room : rooms) {
      if (room.width > room.least && (widest == nullptr || room.width > widest->width)) widest = &room;
    }
    if (widest == nullptr) return false;
    --widest->width;
  }
  return true;
}

// The columns that are shown, by their places in the row, and their widths.
struct Fitted {
  std::vector<std::size_t> columns;
  std::vector<Room> rooms;
};

// Which of the `columns` that are left goes next: one without any text, else a spare one, else the last. The first of
// them names the row and stays, unless it is spare.
std::vector<std::size_t>::iterator next_to_go(std::vector<std::size_t>& columns, const std::vector<Room>& all,
                                              const std::vector<std::size_t>& spare) {
  const auto empty = std::find_if(columns.rbegin(), columns.rend() - 1, [&](std::size_t i) { return all[i].empty; });
  if (empty != columns.rend() - 1) return empty.base() - 1;
  for (const std::size_t column : spare) {
    if (const auto found = std::ranges::find(columns, column); found != columns.end()) return found;
  }
  return columns.end() - 1;
}

// As many columns as there is room for, one at least.
Fitted fit(const std::vector<Room>& all, std::size_t width, const std::vector<std::size_t>& spare) {
  std::vector<std::size_t> columns(all.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  for (;;) {
    std::vector<Room> rooms;
    for (const std::size_t i : columns) rooms.push_back(all[i]);
    std::vector<Room> narrowed = rooms;
    if (width == 0) return {columns, rooms};
    if (narrow(narrowed, width)) return {columns, narrowed};
    if (columns.size() == 1) return {columns, rooms};
    columns.erase(next_to_go(columns, all, spare));
  }
}

// The width of column `at`, which names the rows, without the keys that would take more than half of the line.
std::size_t usual_key_width(const std::vector<std::string>& headers, const std::vector<TableRow>& rows, std::size_t at,
                            std::size_t width, bool with_headers) {
  std::size_t usual = with_headers ? display_width(headers[at]) : 0;
  for (const TableRow& row : rows) {
    const std::size_t key = display_width(row[at].text);
    if (key <= width / 2) usual = std::max(usual, key);
  }
  return usual;
}

struct TableLine {
  std::string text;
  std::size_t width = 0;
};

// Puts the lines of `text` behind `lines`, from column `left` on.
void put_beside(std::vector<TableLine>& lines, const std::string& text, std::size_t left) {
  std::size_t number = 0;
  for (const std::string_view piece : split(text, '\n')) {
    if (number == lines.size()) lines.emplace_back();
    TableLine& line = lines[number];
    if (line.width < left) line.text.append(left - line.width, ' ');
    line.text += piece;
    line.width = std::max(line.width, left) + display_width(piece);
    ++number;
  }
}

// The columns of what is seen of `text`: colors are not.
std::size_t seen_width(const std::string& text) {
  std::string seen;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = std::min(text.find('m', i), text.size());
    } else {
      seen += text[i];
    }
  }
  return display_width(seen);
}

// The end of what stands at `start` of a line and is not broken: a word, or all words of a command.
std::size_t end_of_piece(const std::string& line, std::size_t start) {
  if (line.compare(start, 6, "acctl ") == 0 && start >= 2 && line.compare(start - 2, 2, ": ") == 0) return line.size();
  std::size_t end = start;
  if (line.compare(start, 7, "'acctl ") == 0) end = std::min(line.find('\'', start + 1), line.size());
  return std::min(line.find(' ', end), line.size());
}

std::string folded_line(const std::string& line, std::size_t hang, std::size_t width) {
  const std::size_t text = line.find_first_not_of(' ');
  if (text == std::string::npos || seen_width(line) <= width) return line;
  const std::size_t indent = text + hang;
  std::string out;
  std::size_t column = 0;
  for (std::size_t start = 0; start < line.size();) {
    const std::size_t word = std::min(line.find_first_not_of(' ', start), line.size());
    const std::size_t end = word < line.size() ? end_of_piece(line, word) : word;
    const std::string piece = line.substr(word, end - word);
    const std::size_t blanks = word - start;
    if (start > 0 && column > indent && column + blanks + seen_width(piece) > width) {
      out += "\n" + std::string(indent, ' ') + piece;
      column = indent + seen_width(piece);
    } else {
      out += line.substr(start, blanks) + piece;
      column += blanks + seen_width(piece);
    }
    start = end;
  }
  return out;
}

}  // namespace

LaidOutTable lay_out_table(const std::vector<std::string>& headers, const std::vector<TableRow>& rows,
                           std::size_t width, bool with_headers, const std::vector<std::size_t>& spare) {
  if (rows.empty() || headers.empty()) return {};
  std::vector<Room> all = measure(headers, rows, with_headers);
  Fitted shown = fit(all, width, spare);
  if (shown.columns.size() < all.size()) {
    // One long key must not cost the columns beside it: it has a line of its own.
    const std::size_t key = shown.columns.front();
    all[key].width = all[key].least = usual_key_width(headers, rows, key, width, with_headers);
    shown = fit(all, width, spare);
  }
  LaidOutTable table;
  const auto write_row = [&](const auto& to_cell_text) {
    std::string above;
    std::vector<TableLine> lines(1);
    std::size_t left = 0;
    for (std::size_t at = 0; at < shown.columns.size(); ++at) {
      const std::size_t room = shown.rooms[at].width;
      std::string text = to_cell_text(shown.columns[at], room);
      if (at == 0 && display_width(text) > room) above = std::exchange(text, "") + "\n";
      put_beside(lines, text, left);
      left += room + gap;
    }
    table.text += above;
    for (const TableLine& line : lines) {
      if (above.empty() || !line.text.empty()) table.text.append(line.text).append(1, '\n');
    }
  };
  if (with_headers) write_row([&](std::size_t i, std::size_t) { return headers[i]; });
  for (const TableRow& row : rows) write_row([&](std::size_t i, std::size_t room) { return fitted(row[i], room); });
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (std::ranges::find(shown.columns, i) == shown.columns.end()) table.left_out.push_back(headers[i]);
  }
  return table;
}

std::string lay_out_facts(const std::vector<std::pair<std::string, std::string>>& facts, std::size_t width,
                          bool with_names) {
  std::size_t left = 0;
  for (const auto& [name, text] : facts) left = std::max(left, display_width(name) + gap);
  if (!with_names) left = 0;
  std::string all;
  for (const auto& [name, text] : facts) {
    if (text.empty()) continue;
    if (with_names) all += padded(name + ":", left);
    all += (width >= left + narrowest_value ? wrapped(text, left, width) : text) + "\n";
  }
  return all;
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = indent;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", start), text.size());
    const std::string word = text.substr(start, end - start);
    const std::size_t columns = display_width(word);
    if (column > indent && column + 1 + columns > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns;
    if (end < text.size() && text[end] == '\n') {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    start = end + 1;
  }
  return out;
}

std::string folded(const std::string& text, std::size_t hang, std::size_t width) {
  if (width == 0) return text;
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += folded_line(text.substr(start, end - start), hang, width) + (end < text.size() ? "\n" : "");
    start = end + 1;
  }
  return out;
}

}  // namespace acctl

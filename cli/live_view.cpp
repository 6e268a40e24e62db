#include "cli/live_view.hpp"

#include <poll.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>

#include "cli/pager.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

LiveView::LiveView(Session& session, std::vector<Column> columns) : session_(session), columns_(std::move(columns)) {}

void LiveView::show(const std::vector<nlohmann::ordered_json>& records) {
  ++round_;
  const bool draws = session_.format() == OutputFormat::table && screen().rows > 0;
  std::set<std::string> seen;
  std::vector<Row> shown;
  for (const nlohmann::ordered_json& record : records) {
    TableRow cells = table_row(record, columns_);
    const std::string& name = *seen.insert(cells.front().text).first;
    const auto [row, fresh] = rows_.try_emplace(name);
    const bool same = !fresh && std::ranges::equal(row->second.cells, cells, {}, &TableCell::text, &TableCell::text);
    if (!same) row->second = {std::move(cells), round_};
    if (!same && !draws) tell(record, row->second.cells, false);
    shown.push_back(row->second);
  }
  for (auto row = rows_.begin(); row != rows_.end();) {
    const bool gone = !seen.contains(row->first);
    if (gone && !draws) tell({{"name", row->first}, {"gone", true}}, row->second.cells, true);
    row = gone ? rows_.erase(row) : std::next(row);
  }
  if (draws) draw(std::move(shown));
  flush_output();
}

void LiveView::draw(std::vector<Row> rows) {
  const Screen size = screen();
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  // A row for the headers, one for what is left out, one for the cursor.
  const std::size_t room = std::max<std::size_t>(size.rows, 5) - 3;
  const std::size_t left_out = rows.size() > room ? rows.size() - room : 0;
  if (left_out > 0) {
    std::ranges::stable_sort(rows, std::greater(), &Row::changed);
    rows.resize(room);
  }
  std::vector<TableRow> cells;
  for (Row& row : rows) cells.push_back(std::move(row.cells));
  std::string text = lay_out_table(headers, cells, size.columns, true).text;
  if (left_out > 0) text += "and " + std::to_string(left_out) + " more\n";
  // Up to where the last table began, and everything below it away.
  if (drawn_ > 0) write_text("\x1b[" + std::to_string(drawn_) + "A\x1b[J");
  write_text(text);
  drawn_ = static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

void LiveView::tell(const nlohmann::ordered_json& record, const TableRow& cells, bool gone) const {
  const std::string now = present_moment();
  if (session_.format() != OutputFormat::table) {
    nlohmann::ordered_json timed = record;
    timed["at"] = now;
    write_text(json_text(timed) + "\n");
    return;
  }
  std::string line = now + "  " + cells.front().text;
  for (std::size_t i = 1; i < cells.size() && !gone; ++i) {
    if (cells[i].text.empty()) continue;
    line += (i == 1 ? ": " : ", ") + lower_case(columns_[i].header) + " " + cells[i].text;
  }
  write_text(line + (gone ? ": gone" : "") + "\n");
}

std::chrono::milliseconds parse_interval(const std::string& text) {
  const std::chrono::milliseconds interval = parse_duration("--interval", text);
  if (interval >= std::chrono::milliseconds(100)) return interval;
  throw Error(ErrorKind::invalid, "--interval: " + text + " is less than 100ms", "Give a time such as 1s.");
}

void pause_for(std::chrono::milliseconds time) {
  pollfd interrupt{interrupt_descriptor(), POLLIN, 0};
  poll(&interrupt, 1, static_cast<int>(time.count()));
  if (interrupt_signal() != 0) throw Error(ErrorKind::interrupted, "interrupted");
}

}  // namespace acctl

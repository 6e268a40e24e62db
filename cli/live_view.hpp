// A live view shows a list that changes: drawn anew in its place on a terminal, a line for each change elsewhere.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace acctl {

class LiveView {
 public:
  // The first column names a row; a row has changed if one of its cells has.
  LiveView(Session& session, std::vector<Column> columns);

  // Shows `records` as they are now. On a terminal the table replaces the one before; if it is longer than the screen,
  // the rows that changed last stand first. Elsewhere, and with another output than tables, only what is new, has
  // changed or is gone (`"gone": true`) is written, with the time: a line of words, or a JSON object.
  void show(const std::vector<nlohmann::ordered_json>& records);

 private:
  struct Row {
    TableRow cells;
    std::size_t changed = 0;  // number of the round
  };

  void draw(std::vector<Row> rows);
  void tell(const nlohmann::ordered_json& record, const TableRow& cells, bool gone) const;

  Session& session_;
  std::vector<Column> columns_;
  std::map<std::string, Row> rows_;
  std::size_t round_ = 0;
  std::size_t drawn_ = 0;  // lines of the table that stands on the screen
};

// The time between two looks, of --interval; throws Error(invalid) for less than 100 ms.
std::chrono::milliseconds parse_interval(const std::string& text);

// Waits; throws Error(interrupted) when the program is asked to stop.
void pause_for(std::chrono::milliseconds time);

}  // namespace acctl

// CSV as RFC 4180 has it, with a header line that names the columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct CsvRow {
  int line = 0;                    // where it begins, from 1
  std::vector<std::string> cells;  // as many as the header has
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

// A cell as it is written for spreadsheets: with an apostrophe before a value that they would interpret as a formula;
// and the same read back. undefused(defused(x)) == x.
std::string defused(std::string cell);
std::string undefused(std::string cell);

// Cells are undefused. Throws Error(invalid) with all problems and their lines: invalid UTF-8, an open quote, rows of
// another length than the header, a column named twice. Blank lines are skipped; LF and CRLF both end a line.
CsvTable read_csv(std::string_view text, const std::string& file);

}  // namespace acctl

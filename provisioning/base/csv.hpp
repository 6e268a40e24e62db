// CSV as spreadsheets and directories write it: RFC 4180 and its dialects, with a header line that names the columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"

namespace acctl {

struct CsvRow {
  int line = 0;                           // where it begins in the file, from 1
  std::vector<std::string> cells;         // as many as the header has
  std::vector<Diagnostic> problems = {};  // of cells, which are empty then (HiddenInCells::kept)
};

struct CsvTable {
  int header_line = 1;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};

// A cell as it is written for spreadsheets: with an apostrophe before a value that they would interpret as a formula;
// and the same read back. undefused(defused(x)) == x.
std::string defused(std::string cell);
std::string undefused(std::string cell);

// What an invisible character in a cell is: a problem of the file, or of its row alone.
enum class HiddenInCells { refused, kept };

// Cells are parted by commas, semicolons or tabs, whichever the header line has most of, or as a first line `sep=;`
// says; UTF-8, or UTF-16 with a byte order mark. Cells are trimmed and undefused. Blank rows are skipped, and empty
// cells behind the last named column. The columns named by `ignored` are left out. Throws Error(invalid) with all
// problems and their lines: invalid or invisible characters, an open quote, rows of another length than the header, a
// column named twice, a value in a column without a name, an ignored column that is not there.
CsvTable read_csv(std::string_view text, const std::string& file, const std::vector<std::string>& ignored = {},
                  HiddenInCells hidden = HiddenInCells::refused);

// What a header cell means: in lower case, blanks and '-' as '_'. "LAST SIGN-IN" is last_sign_in.
std::string column_name(std::string_view header);

// The entries of a list in one cell, parted by commas, semicolons or blanks.
std::vector<std::string> words_in_cell(std::string_view cell);

// An entry of a list in one cell, whose entries commas or semicolons part: in double quotes, its own doubled, if it
// holds one of these or a quote, or begins or ends with a blank.
std::string list_entry(const std::string& text);

// The entry that begins at `at` in `list`: up to one of `separators`, or as list_entry() has written it. Moves `at` to
// the separator behind it, or the end; nothing if its quotes are not closed, or something follows them but blanks.
std::optional<std::string> read_list_entry(std::string_view list, std::size_t& at, std::string_view separators);

// true, yes, y and 1, or false, no, n and 0, in any case; nothing for other words.
std::optional<bool> truth_in_cell(std::string_view cell);

}  // namespace acctl

// A table lays out text in columns and fits it into the width of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace acctl {

struct TableCell {
  // What of it can be left out if the table is too wide: nothing of what is to be copied (keys, addresses, ids), the
  // end of a sentence or a name, the last items of a list. What says what to do is broken at blanks instead.
  enum class Cut { never, anywhere, between_items, broken };
  std::string text;  // escaped
  Cut cut = Cut::never;
};

using TableRow = std::vector<TableCell>;

struct LaidOutTable {
  std::string text;                   // ends with a line break; "" for no rows
  std::vector<std::string> left_out;  // headers of the columns for which there was no room
};

// `width`: 0 if nothing has to fit. Texts of the widest columns are cut first; if that is not enough, columns are left
// out: those that are empty, then those that `spare` names by their places, in that order, then from the right. A key
// (first column that is left) of more than half of the width has a line of its own then, above the rest of its row; one
// that is still too wide stays as it is.
LaidOutTable lay_out_table(const std::vector<std::string>& headers, const std::vector<TableRow>& rows,
                           std::size_t width, bool with_headers, const std::vector<std::size_t>& spare = {});

// A line for each pair that has a text: "name:  text". Texts are broken at blanks if there is a width; without names
// only the texts.
std::string lay_out_facts(const std::vector<std::pair<std::string, std::string>>& facts, std::size_t width,
                          bool with_names);

// `text` broken at blanks into lines of `width` columns; lines after the first are indented by `indent`, which counts.
// A word that is longer than a line is not broken. Line breaks in `text` are kept.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

// `text` with those of its lines that are wider than `width` broken at blanks; what follows is indented by `hang` more
// than its line. Colors take no room, and a command to paste ('acctl …', or what stands behind ": acctl") is not
// broken. 0 for no width: `text` as it is.
std::string folded(const std::string& text, std::size_t hang, std::size_t width);

}  // namespace acctl

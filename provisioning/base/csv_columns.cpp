#include "provisioning/base/csv_columns.hpp"

#include <algorithm>

#include "provisioning/base/did_you_mean.hpp"

namespace acctl {

const CsvColumn* find_column(const std::vector<CsvColumn>& columns, std::string_view header) {
  const std::string name = column_name(header);
  const auto found = std::ranges::find_if(columns, [&](const CsvColumn& column) {
    return column.name == name || std::ranges::find(column.other_names, name) != column.other_names.end();
  });
  return found == columns.end() ? nullptr : &*found;
}

std::vector<const CsvColumn*> find_columns(const std::vector<CsvColumn>& columns, const CsvTable& table,
                                           const std::string& file, std::vector<Diagnostic>& problems) {
  const auto complain = [&](const std::string& message) { problems.push_back({file, table.header_line, 0, message}); };
  std::vector<std::string> known;
  for (const CsvColumn& column : columns) known.emplace_back(column.name);
  std::vector<const CsvColumn*> found;
  for (const std::string& header : table.header) {
    const CsvColumn* column = find_column(columns, header);
    if (column == nullptr) {
      complain("unknown column '" + header + "'" + did_you_mean(column_name(header), known));
    } else if (const auto first = std::ranges::find(found, column); first != found.end()) {
      complain("the columns '" + table.header[static_cast<std::size_t>(first - found.begin())] + "' and '" + header +
               "' are the same");
    }
    found.push_back(column);
  }
  for (const CsvColumn& column : columns) {
    if (!column.required || std::ranges::find(found, &column) != found.end()) continue;
    complain("the column '" + std::string(column.name) + "' is missing");
  }
  return found;
}

std::string csv_file_text(const std::vector<CsvColumn>& columns) {
  std::string text;
  for (const CsvColumn& column : columns) {
    text += (text.empty() ? "" : ", ") + std::string(column.name) + " (" + std::string(column.help) + ")";
  }
  return "CSV columns, in any order and case, under these names or those of acctl's own lists: " + text +
         ". Cells are separated by commas, semicolons or tabs. Columns with other names are refused unless "
         "--ignore-columns names them.";
}

}  // namespace acctl

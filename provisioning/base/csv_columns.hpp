// The columns that a CSV file of some noun has: what they are called and what they mean, for reading, help and manual.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

struct CsvColumn {
  std::string_view name;
  std::string_view help;                           // a noun phrase
  std::vector<std::string_view> other_names = {};  // as column_name() has them: those of JSON and of acctl's own lists
  bool required = false;
};

// How to leave out what a file has besides: the hint of an unknown column.
constexpr std::string_view ignore_hint = "To leave columns out, name them with --ignore-columns.";

// The column that a header cell names; nullptr for none.
const CsvColumn* find_column(const std::vector<CsvColumn>& columns, std::string_view header);

// The columns of the table, in its order: nullptr for those that are unknown, of which `problems` tells, as of one that
// is there under two names and of those that are missing.
std::vector<const CsvColumn*> find_columns(const std::vector<CsvColumn>& columns, const CsvTable& table,
                                           const std::string& file, std::vector<Diagnostic>& problems);

// A paragraph for help texts: how such a file looks, and what its columns mean.
std::string csv_file_text(const std::vector<CsvColumn>& columns);

}  // namespace acctl

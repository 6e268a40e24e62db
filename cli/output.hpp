// Data on standard output: the same records as table, JSON, YAML, CSV or names.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

enum class Format { table, json, yaml, csv, name };

Format format_of(std::string_view name);  // throws Error(invalid)

struct Column {
  std::string header;   // "SLUG"
  std::string pointer;  // path into the record: "/seats/used"
};

// Many: an array in JSON and YAML, a row each in a table. One: an object, and a line for each column in a table.
enum class Shape { many, one };

// Writes records one after the other; only a table and YAML keep them until the end. The first column names a record
// for `-o name`. Everything shown as text is escaped, CSV cells are kept from being formulas.
class RecordWriter {
 public:
  RecordWriter(Format format, Shape shape, std::vector<Column> columns);
  void add(const nlohmann::ordered_json& record);
  void finish();  // throws Error(failed) where standard output cannot take it

 private:
  std::string cell(const nlohmann::ordered_json& record, const Column& column) const;
  void write_table() const;

  Format format_;
  Shape shape_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  bool first_ = true;
};

// Text as it is, for what is itself the data: a script, a URL, a page of help.
void write_text(std::string_view text);

// Flushes standard output and throws Error(failed) where it could not take what was written.
void flush_output();

}  // namespace acctl

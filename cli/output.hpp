// Data on standard output: the same records as table, JSON, YAML, CSV or names.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// The last three are of plan-like commands only (Command::formats): they show changes and not records.
enum class OutputFormat { table, json, yaml, csv, name, markdown, github, junit };

OutputFormat format_of(std::string_view name);  // throws Error(invalid)

struct Column {
  std::string header;   // "SLUG"
  std::string pointer;  // path into the record: "/seats/used"
};

// Many: an array in JSON and YAML, a row each in a table. One: an object, and a line for each column in a table.
enum class Shape { many, one };

// Collects records and writes them when they are complete: what fails half-way leaves no half page behind, and a reader
// that is slow keeps no session waiting. The first column names a record for `-o name`. Everything shown as text is
// escaped, CSV cells are kept from being formulas.
class RecordWriter {
 public:
  // Throws Error(invalid) for a format that is not for records.
  RecordWriter(OutputFormat format, Shape shape, std::vector<Column> columns);
  void add(const nlohmann::ordered_json& record);
  void finish();                         // throws Error(failed) where standard output cannot take it
  bool empty() const { return first_; }  // whether no record was added

 private:
  std::string cell(const nlohmann::ordered_json& record, const Column& column) const;
  void write_table();

  OutputFormat format_;
  Shape shape_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // of a table
  std::string text_;                            // of all other formats
  bool first_ = true;
};

// One line of CSV: quoted where it must be, kept from being a formula, with CRLF at its end.
std::string csv_line(const std::vector<std::string>& cells);

// While there is one, what is written is kept in a file without a name, and release() hands it over. Who reads slowly
// then holds up nothing but standard output: no transaction, no session. What is not released is never shown.
class HeldOutput {
 public:
  HeldOutput();  // throws Error(failed) where there is no room for temporary files
  ~HeldOutput();
  HeldOutput(const HeldOutput&) = delete;
  HeldOutput& operator=(const HeldOutput&) = delete;
  void release();
};

// Whether any of these has written something.
bool has_written();

// Called before anything is written to standard output, which may be the terminal that a line of progress stands on.
// Null for nobody.
void before_writing(std::function<void()> call);

// Text as it is, for what is itself the data: a script, a URL, a page of help.
void write_text(std::string_view text);

// Writes what is buffered. Throws Error(failed) when standard output cannot take it, Error(interrupted) when the
// program is asked to stop while nobody reads. When the reader is gone the rest is dropped without a word.
void flush_output();

}  // namespace acctl

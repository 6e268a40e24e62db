// Data on standard output: the same records as table, JSON, YAML, CSV or names.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/table.hpp"

namespace acctl {

// The last three are of plan-like commands only (Command::formats): they show changes and not records.
enum class OutputFormat { table, json, yaml, csv, name, markdown, github, junit };

// "wide" is a table and "jsonl" is JSON; what differs is said by a RecordLayout. Throws Error(invalid).
OutputFormat parse_output_format(std::string_view name);

// What a table does with a column that it lacks the room for.
enum class Fit {
  cut,
  whole,  // breaks its sentences into lines
  spare,  // leaves it out before others; the first of several goes first
  wide,   // shows it only with -o wide, or where --columns names it
};

struct Column {
  // The header names the field: "CRM ACCESS" shows "/crm_access".
  Column(const char* name, Fit how = Fit::cut);  // NOLINT(google-explicit-constructor): most are just named
  Column(std::string name, std::string path, Fit how = Fit::cut);

  std::string header;   // "SLUG"
  std::string pointer;  // path into the record: "/seats/used"
  Fit fit;
};

// Many: an array in JSON and YAML, a row each in a table. One: an object, and a line for each column in a table.
enum class Shape { many, one };

// What the global options say of all lists: --columns, --sort, --no-headers, -o wide and -o jsonl.
struct RecordLayout {
  std::vector<std::string> columns = {};  // names of columns, or paths into the record: "labels.tier"
  std::string sort = {};                  // such a name; with '-' before it from the last to the first
  bool headers = true;
  bool wide = false;
  bool lines = false;     // JSON with a record a line and no array around them
  std::size_t width = 0;  // of the terminal that a table has to fit; 0: none
  // Told what could not be shown, in words for people.
  std::function<void(const std::string&)> remark = nullptr;
};

// Collects records and writes them when they are complete: what fails half-way leaves no half page behind, and a reader
// that is slow keeps no session waiting. The first column names a record for `-o name`. Everything shown as text is
// escaped, CSV cells are kept from being formulas.
class RecordWriter {
 public:
  // Throws Error(invalid) for a format that is not for records, and for what the layout cannot mean here.
  RecordWriter(OutputFormat format, Shape shape, std::vector<Column> columns, RecordLayout layout = {});
  // Throws Error(invalid) where the first record lacks what the layout names.
  void add(const nlohmann::ordered_json& record);
  // The same of a record that is written already, as json_text() writes it on one line.
  void add_line(std::string json);
  bool takes_lines() const;  // whether it may be given those: nothing in them need be looked at
  // Whether the member `name` of the next record is looked at. Of the first one all are: what it has is what can be
  // named.
  bool needs(std::string_view name) const;
  void finish();                         // throws Error(failed) where standard output cannot take it
  bool empty() const { return first_; }  // whether no record was added

 private:
  // By what a record is sorted: numbers before texts, what is missing last.
  struct SortKey {
    enum class Rank { number, text, missing } rank = Rank::missing;
    double number = 0;
    std::string text;
    bool operator<(const SortKey& other) const;
  };

  Column named_column(const std::string& option, const std::string& name) const;
  void check_path(const nlohmann::ordered_json& record, const Column& column) const;
  std::vector<std::string> headers() const;
  bool is_array() const;  // of JSON
  void sort_records();
  std::string rendered(const nlohmann::ordered_json& record) const;
  void write_table();
  void write_parts();

  OutputFormat format_;
  Shape shape_;
  std::vector<Column> declared_;
  std::vector<Column> columns_;  // that are shown
  RecordLayout layout_;
  Column sort_ = "";
  std::vector<std::string> needed_;  // the members that columns_ and sort_ look at
  std::vector<SortKey> keys_;        // with --sort
  std::vector<TableRow> rows_;       // of a table
  std::vector<std::string> parts_;   // of all other formats
  bool first_ = true;
  bool begun_ = false;  // whether something of parts_ is written
};

// The cells of a record's columns, escaped.
TableRow table_row(const nlohmann::ordered_json& record, const std::vector<Column>& columns);

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

// Whether there is a HeldOutput now.
bool is_output_held();

// Calls `call` now, or once the HeldOutput is released: for what is said below what is written.
void when_shown(std::function<void()> call);

// From now on what is longer than the terminal's screen is shown by a pager, one for each flush_output(). Off a
// terminal nothing changes.
void page_output();

// Text as it is, for what is itself the data: a script, a URL, a page of help.
void write_text(std::string_view text);

// Whether the reader of standard output is gone, so that what was written last may have been dropped.
bool has_lost_reader();

// Writes what is buffered. Throws Error(failed) when standard output cannot take it, Error(interrupted) when the
// program is asked to stop while nobody reads. When the reader is gone the rest is dropped without a word.
void flush_output();

}  // namespace acctl

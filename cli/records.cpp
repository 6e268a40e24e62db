// Records as table, JSON, YAML, CSV or names.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "cli/output.hpp"
#include "provisioning/base/csv.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;
using Cut = TableCell::Cut;

// A value for people: lists with commas, objects as key=value, as files of tenants have labels.
std::string plain(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_structured()) return json_text(value);
  std::string text;
  for (const auto& [key, item] : value.items()) {
    if (!text.empty()) text += ", ";
    const bool entry = value.is_object() && item.is_string();
    text += (value.is_object() ? key + "=" : "") + (entry ? list_entry(item.get<std::string>()) : plain(item));
  }
  return text;
}

// What `pointer` leads to; nullptr where the record ends before.
const Json* value_at(const Json& record, std::string_view pointer) {
  const Json* value = &record;
  while (!pointer.empty() && value->is_object()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const auto& fields = value->get_ref<const Json::object_t&>();
    const auto field = std::ranges::find(fields, pointer.substr(1, end - 1), &Json::object_t::value_type::first);
    if (field == fields.end()) return nullptr;
    value = &field->second;
    pointer.remove_prefix(end);
  }
  return value;
}

// "seats" of a column that shows "/seats/used".
std::string first_member(const Column& column) { return column.pointer.substr(1, column.pointer.find('/', 1) - 1); }

std::string cell_text(const Json& record, const Column& column) {
  const Json* value = value_at(record, column.pointer);
  return value == nullptr ? "" : escaped(plain(*value));
}

// What people copy is one word of plain letters (keys, ids, times, hashes) or holds an @; names and sentences do not.
Cut choose_cut(const Json& value, const std::string& text) {
  if (value.is_structured()) return Cut::between_items;
  if (!value.is_string()) return Cut::never;
  const bool is_word = text.find(' ') == std::string::npos;
  if (is_word && (text.find('@') != std::string::npos || is_plain(text))) return Cut::never;
  return Cut::anywhere;
}

std::vector<std::string> split_names(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    for (const std::string_view name : split(list, ',')) {
      if (!name.empty()) names.emplace_back(name);
    }
  }
  return names;
}

[[noreturn]] void throw_unknown_column(const std::string& option, const std::string& name,
                                       const std::vector<Column>& declared, const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  for (const Column& column : declared) names.push_back(column_name(column.header));
  std::vector<std::string> known = names;
  known.insert(known.end(), fields.begin(), fields.end());
  throw Error(ErrorKind::invalid,
              option + ": there is no column '" + abbreviated(name) + "'" + did_you_mean(name, known),
              "The columns are " + join(names) + "; a field of the record as -o json shows it can be named, too.");
}

}  // namespace

OutputFormat parse_output_format(std::string_view name) {
  if (name == "table" || name == "wide") return OutputFormat::table;
  if (name == "json" || name == "jsonl") return OutputFormat::json;
  if (name == "yaml") return OutputFormat::yaml;
  if (name == "csv") return OutputFormat::csv;
  if (name == "name") return OutputFormat::name;
  if (name == "markdown") return OutputFormat::markdown;
  if (name == "github") return OutputFormat::github;
  if (name == "junit") return OutputFormat::junit;
  throw Error(
      ErrorKind::invalid, "there is no output format '" + std::string(name) + "'",
      "The formats are table, wide, json, jsonl, yaml, csv and name; plans also have markdown, github and junit.");
}

Column::Column(const char* name, Fit how) : Column(name, "/" + lower_case(name), how) {
  std::ranges::replace(pointer, ' ', '_');
}

Column::Column(std::string name, std::string path, Fit how)
    : header(std::move(name)), pointer(std::move(path)), fit(how) {}

TableRow table_row(const Json& record, const std::vector<Column>& columns) {
  TableRow row;
  for (const Column& column : columns) {
    const Json* value = value_at(record, column.pointer);
    TableCell cell{.text = cell_text(record, column)};
    // The first one is what a person would copy into the next command.
    if (value != nullptr && !row.empty()) cell.cut = choose_cut(*value, cell.text);
    if (column.fit == Fit::whole && cell.cut == Cut::anywhere) cell.cut = Cut::broken;
    row.push_back(std::move(cell));
  }
  return row;
}

bool RecordWriter::SortKey::operator<(const SortKey& other) const {
  if (rank != other.rank) return rank < other.rank;
  return rank == Rank::number ? number < other.number : text < other.text;
}

RecordWriter::RecordWriter(OutputFormat format, Shape shape, std::vector<Column> columns, RecordLayout layout)
    : format_(format), shape_(shape), declared_(std::move(columns)), layout_(std::move(layout)) {
  if (format_ == OutputFormat::markdown || format_ == OutputFormat::github || format_ == OutputFormat::junit) {
    throw Error(ErrorKind::invalid, "--output: this command supports only table, json, yaml, csv and name",
                "Leave out --output, or choose one of these.");
  }
  const bool has_columns = format_ == OutputFormat::table || format_ == OutputFormat::csv;
  const std::vector<std::string> names = split_names(layout_.columns);
  if (!names.empty() && !has_columns) {
    throw Error(ErrorKind::invalid, "--columns: only tables and CSV have columns",
                "Leave out --columns, or choose -o table, wide or csv.");
  }
  if (!layout_.sort.empty() && shape_ == Shape::one) {
    throw Error(ErrorKind::invalid, "--sort: this command shows one object, and no list", "Leave out --sort.");
  }
  for (const std::string& name : names) columns_.push_back(named_column("--columns", name));
  if (names.empty()) {
    std::ranges::copy_if(declared_, std::back_inserter(columns_),
                         [&](const Column& column) { return column.fit != Fit::wide || layout_.wide; });
  }
  if (!layout_.sort.empty()) sort_ = named_column("--sort", layout_.sort.substr(layout_.sort[0] == '-' ? 1 : 0));
  std::ranges::transform(columns_, std::back_inserter(needed_), first_member);
  needed_.push_back(first_member(sort_));
  if (!declared_.empty()) needed_.push_back(first_member(declared_.front()));
}

// A declared column, or what the name says of a path into the record; whether it is there the first record will tell.
Column RecordWriter::named_column(const std::string& option, const std::string& name) const {
  const std::string wanted = column_name(name);
  for (const Column& column : declared_) {
    if (column_name(column.header) == wanted) return column;
  }
  if (name.empty() || name.starts_with('.') || name.ends_with('.')) throw_unknown_column(option, name, declared_, {});
  Column column(name, "/" + name);
  std::ranges::transform(column.header, column.header.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::ranges::replace(column.pointer, '.', '/');
  return column;
}

void RecordWriter::check_path(const Json& record, const Column& column) const {
  if (std::ranges::find(declared_, column.pointer, &Column::pointer) != declared_.end()) return;
  if (record.is_object() && record.contains(first_member(column))) return;
  std::vector<std::string> fields;
  for (const auto& [key, value] : record.items()) fields.push_back(key);
  std::string name = column.pointer.substr(1);
  std::ranges::replace(name, '/', '.');
  throw_unknown_column(&column == &sort_ ? "--sort" : "--columns", name, declared_, fields);
}

std::string RecordWriter::rendered(const Json& record) const {
  switch (format_) {
    case OutputFormat::json:
      // In a list a record a line: greppable, and half the size.
      if (is_array()) return json_text(record);
      return json_text(record, layout_.lines ? -1 : 2) + "\n";
    case OutputFormat::yaml:
      return write_yaml(shape_ == Shape::one ? record : Json::array({record}));
    case OutputFormat::name:
      return cell_text(record, declared_.front()) + "\n";
    default:
      break;
  }
  std::vector<std::string> cells;
  for (const Column& column : columns_) cells.push_back(cell_text(record, column));
  return csv_line(cells);
}

void RecordWriter::add(const Json& record) {
  if (first_) {
    for (const Column& column : columns_) check_path(record, column);
    if (!layout_.sort.empty()) check_path(record, sort_);
  }
  first_ = false;
  if (!layout_.sort.empty()) {
    const Json* value = value_at(record, sort_.pointer);
    SortKey key;
    if (value != nullptr && value->is_number()) {
      key = {.rank = SortKey::Rank::number, .number = value->get<double>(), .text = {}};
    } else if (value != nullptr && !value->is_null()) {
      key = {.rank = SortKey::Rank::text, .text = plain(*value)};
    }
    keys_.push_back(std::move(key));
  }
  if (format_ == OutputFormat::table) return rows_.push_back(table_row(record, columns_));
  parts_.push_back(rendered(record));
  // While output is held, there is no need to hold it in memory.
  if (layout_.sort.empty() && is_output_held()) write_parts();
}

void RecordWriter::add_line(std::string json) {
  first_ = false;
  if (layout_.lines) json += '\n';
  parts_.push_back(std::move(json));
  if (is_output_held()) write_parts();
}

bool RecordWriter::takes_lines() const {
  return format_ == OutputFormat::json && shape_ == Shape::many && layout_.sort.empty();
}

bool RecordWriter::needs(std::string_view name) const {
  if (first_ || format_ == OutputFormat::json || format_ == OutputFormat::yaml) return true;
  return std::ranges::find(needed_, name) != needed_.end();
}

void RecordWriter::sort_records() {
  if (keys_.empty()) return;
  std::vector<std::size_t> order(keys_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool falls = layout_.sort[0] == '-';
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    // What is missing stands last either way.
    const bool missing = keys_[a].rank == SortKey::Rank::missing || keys_[b].rank == SortKey::Rank::missing;
    return falls && !missing ? keys_[b] < keys_[a] : keys_[a] < keys_[b];
  });
  const auto arrange = [&](auto& all) {
    auto sorted = std::decay_t<decltype(all)>();
    if (all.empty()) return;
    for (const std::size_t i : order) sorted.push_back(std::move(all[i]));
    all = std::move(sorted);
  };
  arrange(rows_);
  arrange(parts_);
}

std::vector<std::string> RecordWriter::headers() const {
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  return headers;
}

void RecordWriter::write_table() {
  if (shape_ == Shape::one) {
    for (const TableRow& row : rows_) {
      std::vector<std::pair<std::string, std::string>> facts;
      for (std::size_t i = 0; i < row.size(); ++i) facts.emplace_back(columns_[i].header, row[i].text);
      write_text(lay_out_facts(facts, layout_.width, layout_.headers));
    }
    return;
  }
  std::vector<std::size_t> spare;
  for (std::size_t i = 0; layout_.columns.empty() && i < columns_.size(); ++i) {
    if (columns_[i].fit == Fit::spare) spare.push_back(i);  // whoever names columns wants them in their order
  }
  const LaidOutTable table = lay_out_table(headers(), rows_, layout_.wide ? 0 : layout_.width, layout_.headers, spare);
  write_text(table.text);
  flush_output();  // what is said of the table stands below it
  if (table.left_out.empty() || !layout_.remark) return;
  when_shown([remark = layout_.remark, left_out = join(table.left_out)] {
    remark("not shown for lack of room: " + left_out + " (-o wide)");
  });
}

bool RecordWriter::is_array() const { return format_ == OutputFormat::json && shape_ == Shape::many && !layout_.lines; }

void RecordWriter::write_parts() {
  if (!begun_ && format_ == OutputFormat::csv) {
    if (layout_.headers) write_text(csv_line(headers()));
    begun_ = true;
  }
  for (const std::string& part : parts_) {
    if (is_array()) write_text(begun_ ? ",\n" : "[\n");
    write_text(part);
    begun_ = true;
  }
  parts_.clear();
}

void RecordWriter::finish() {
  sort_records();
  if (format_ == OutputFormat::table) write_table();
  write_parts();
  if (is_array()) write_text(first_ ? "[]\n" : "\n]\n");
  if (format_ == OutputFormat::yaml && shape_ == Shape::many && first_) write_text("[]\n");
  rows_.clear();
  flush_output();
}

}  // namespace acctl

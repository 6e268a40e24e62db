#include "cli/output.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "provisioning/base/csv.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

std::function<void()> announced;  // before_writing()
bool written = false;
bool reader_gone = false;
std::string pending;
constexpr std::size_t buffer_size = 65536;

bool is_regular_file(int descriptor) {
  struct stat status = {};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

std::FILE* held_file = nullptr;  // of the HeldOutput

[[noreturn]] void fail_writing(const char* where) {
  throw Error(ErrorKind::failed, std::string("cannot write to ") + where + ": " + std::strerror(errno));
}

std::string dumped(const Json& value, int indent) {
  return escaped_json(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

// A value for people: lists with commas, objects as key=value.
std::string plain(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_structured()) return dumped(value, -1);
  std::string text;
  for (const auto& [key, item] : value.items()) {
    if (!text.empty()) text += ", ";
    text += value.is_object() ? key + "=" + plain(item) : plain(item);
  }
  return text;
}

std::string csv_cell(std::string text) {
  text = defused(std::move(text));
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t columns = display_width(text);
  return columns >= width ? text : text + std::string(width - columns, ' ');
}

}  // namespace

OutputFormat format_of(std::string_view name) {
  if (name == "table") return OutputFormat::table;
  if (name == "json") return OutputFormat::json;
  if (name == "yaml") return OutputFormat::yaml;
  if (name == "csv") return OutputFormat::csv;
  if (name == "name") return OutputFormat::name;
  if (name == "markdown") return OutputFormat::markdown;
  if (name == "github") return OutputFormat::github;
  if (name == "junit") return OutputFormat::junit;
  throw Error(ErrorKind::invalid, "there is no output format '" + std::string(name) + "'",
              "The formats are table, json, yaml, csv and name; plans also have markdown, github and junit.");
}

RecordWriter::RecordWriter(OutputFormat format, Shape shape, std::vector<Column> columns)
    : format_(format), shape_(shape), columns_(std::move(columns)) {
  if (format_ == OutputFormat::markdown || format_ == OutputFormat::github || format_ == OutputFormat::junit) {
    throw Error(ErrorKind::invalid, "--output: this command supports only table, json, yaml, csv and name",
                "Leave out --output, or choose one of these.");
  }
  if (format_ != OutputFormat::csv) return;
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  text_ += csv_line(headers);
}

std::string RecordWriter::cell(const Json& record, const Column& column) const {
  const Json* value = &record;
  std::string_view path = column.pointer;
  while (!path.empty() && value->is_object()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const auto field = value->find(std::string(path.substr(1, end - 1)));
    if (field == value->end()) return "";
    value = &*field;
    path.remove_prefix(end);
  }
  return escaped(plain(*value));
}

void RecordWriter::add(const Json& record) {
  switch (format_) {
    case OutputFormat::json:
      if (shape_ == Shape::one) {
        text_ += dumped(record, 2) + "\n";
      } else {
        // A record a line: greppable, and half the size.
        text_ += (first_ ? "[\n" : ",\n") + dumped(record, -1);
      }
      break;
    case OutputFormat::yaml:
      text_ += write_yaml(shape_ == Shape::one ? record : Json::array({record}));
      break;
    case OutputFormat::name:
      text_ += cell(record, columns_.front()) + "\n";
      break;
    case OutputFormat::csv:
    case OutputFormat::table: {
      std::vector<std::string> row;
      for (const Column& column : columns_) row.push_back(cell(record, column));
      if (format_ == OutputFormat::csv) {
        text_ += csv_line(row);
      } else {
        rows_.push_back(std::move(row));
      }
      break;
    }
    default:
      break;  // refused by the constructor
  }
  first_ = false;
  // While output is held, there is no need to hold it in memory.
  if (held_file != nullptr && text_.size() >= buffer_size) write_text(std::exchange(text_, {}));
}

void RecordWriter::write_table() {
  if (shape_ == Shape::one) {
    std::size_t width = 0;
    for (const Column& column : columns_) width = std::max(width, column.header.size() + 2);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (!row[i].empty()) text_ += padded(columns_[i].header + ":", width) + row[i] + "\n";
      }
    }
    return;
  }
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(column.header.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  const auto write_row = [&](const auto& text_of) {
    std::string line;
    for (std::size_t i = 0; i < columns_.size(); ++i) line += padded(text_of(i), widths[i] + 2);
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += line + "\n";
  };
  if (rows_.empty()) return;
  write_row([&](std::size_t i) { return columns_[i].header; });
  for (const auto& row : rows_) write_row([&](std::size_t i) { return row[i]; });
}

void RecordWriter::finish() {
  if (format_ == OutputFormat::table) write_table();
  if (format_ == OutputFormat::json && shape_ == Shape::many) text_ += first_ ? "[]\n" : "\n]\n";
  if (format_ == OutputFormat::yaml && shape_ == Shape::many && first_) text_ += "[]\n";
  write_text(text_);
  text_.clear();
  flush_output();
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& text : cells) line += (&text == &cells.front() ? "" : ",") + csv_cell(text);
  return line + "\r\n";
}

bool has_written() { return written; }

void before_writing(std::function<void()> call) { announced = std::move(call); }

void write_text(std::string_view text) {
  if (held_file != nullptr) {
    if (std::fwrite(text.data(), 1, text.size(), held_file) != text.size()) fail_writing("a temporary file");
    return;
  }
  written = true;
  pending += text;
  if (pending.size() >= buffer_size) flush_output();
}

void flush_output() {
  if (held_file != nullptr) return;
  const std::string text = std::exchange(pending, {});
  std::string_view left = reader_gone ? std::string_view() : text;
  if (announced && !left.empty()) announced();
  const bool file = is_regular_file(STDOUT_FILENO);
  while (!left.empty()) {
    // A pipe that is ready takes a page without blocking, and no more is certain: a write that blocks would not notice
    // a signal that another thread takes.
    if (!file) wait_for(STDOUT_FILENO, Direction::write);
    const ssize_t put =
        write(STDOUT_FILENO, left.data(), file ? left.size() : std::min<std::size_t>(left.size(), 4096));
    if (put >= 0) {
      left.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EPIPE) {
      reader_gone = true;
      return;
    } else if (errno != EINTR && errno != EAGAIN) {
      fail_writing("standard output");
    }
  }
}

HeldOutput::HeldOutput() {
  held_file = std::tmpfile();
  if (held_file == nullptr) fail_writing("a temporary file");
}

HeldOutput::~HeldOutput() {
  if (held_file != nullptr) std::fclose(held_file);
  held_file = nullptr;
}

void HeldOutput::release() {
  if (std::fflush(held_file) != 0) fail_writing("a temporary file");
  std::rewind(held_file);
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> from(std::exchange(held_file, nullptr), close);
  char block[65'536];
  for (std::size_t size = 0; (size = std::fread(block, 1, sizeof block, from.get())) > 0;) write_text({block, size});
  if (std::ferror(from.get()) != 0) throw Error(ErrorKind::failed, "cannot read a temporary file");
  flush_output();
}

}  // namespace acctl

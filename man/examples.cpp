#include "man/examples.hpp"

#include <algorithm>

namespace acctl {

namespace {

constexpr std::string_view example_indent = "    ";

void add_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

std::string indent_lines(const std::string& text) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) out += std::string(example_indent) + text.substr(start, end - start);
    out += '\n';
    start = end + 1;
  }
  return out;
}

void end_without_breaks(std::string& text) {
  while (text.ends_with('\n')) text.pop_back();
}

}  // namespace

ExampleFile parse_examples(std::string_view text) {
  ExampleFile file;
  std::string* output = nullptr;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("$ ")) {
      file.examples.push_back({.command = std::string(line.substr(2)), .output = {}, .exit = 0});
      output = &file.examples.back().output;
    } else if (line.starts_with("@columns ")) {
      file.columns = line.substr(9);
    } else if (line == "@json") {
      output = &file.json;
    } else if (line.starts_with("@exit ") && !file.examples.empty()) {
      file.examples.back().exit = std::stoi(std::string(line.substr(6)));
    } else if (output != nullptr) {
      add_line(*output, line.starts_with(example_indent) ? line.substr(example_indent.size()) : line);
    }
  }
  end_without_breaks(file.json);
  for (ShownExample& example : file.examples) end_without_breaks(example.output);
  return file;
}

std::string render_examples(const ExampleFile& file) {
  std::string text;
  if (!file.columns.empty()) text += "@columns " + file.columns + "\n";
  if (!file.json.empty()) text += "@json\n" + indent_lines(file.json);
  for (const ShownExample& example : file.examples) {
    text += "$ " + example.command + "\n" + indent_lines(example.output);
    if (example.exit != 0) text += "@exit " + std::to_string(example.exit) + "\n";
  }
  return text;
}

}  // namespace acctl

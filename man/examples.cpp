#include "man/examples.hpp"

#include "provisioning/base/split.hpp"

namespace acctl {

namespace {

constexpr std::string_view example_indent = "    ";

void add_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += '\n';
  text += line;
}

std::string indent_lines(const std::string& text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) out += std::string(example_indent) + std::string(line);
    out += '\n';
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
  for (const std::string_view line : split(text, '\n')) {
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

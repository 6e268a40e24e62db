#include "cli/help.hpp"

#include "cli/settings.hpp"

namespace acctl {

namespace {

constexpr std::size_t line_width = 100;

// `text` broken at spaces, its lines after the first indented by `indent`.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" \n", start), text.size());
    const std::string word = text.substr(start, end - start);
    if (column > indent && column + 1 + word.size() > line_width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    if (end < text.size() && text[end] == '\n') {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    }
    start = end + 1;
  }
  return out;
}

std::string entries(const std::string& title, const std::vector<std::pair<std::string, std::string>>& rows) {
  return rows.empty() ? "" : "\n" + titled_list(title + ":", rows);
}

std::vector<std::pair<std::string, std::string>> option_rows(const std::vector<Option>& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Option& option : options) {
    const std::string signature = option_signature(option);
    rows.emplace_back(option.letter != 0 ? signature : "    " + signature, option.help + option_notes(option));
  }
  return rows;
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& choice : choices) text += (text.empty() ? ": " : ", ") + choice;
  return text;
}

}  // namespace

std::vector<Option> documented_global_options() {
  static Settings unused;
  std::vector<Option> options = global_options(unused);
  options.push_back(
      {.name = "--help", .value = "", .help = "show help for the command", .target = &unused.all, .letter = 'h'});
  return options;
}

std::string usage(const std::vector<const Command*>& path) {
  std::string line = "acctl";
  for (const Command* command : path) line += " " + command->name;
  const Command* last = path.empty() ? nullptr : path.back();
  if (last == nullptr || !last->subcommands.empty()) return line + " COMMAND";
  for (const Argument& argument : last->arguments) {
    const bool many = std::holds_alternative<std::vector<std::string>*>(argument.target);
    const std::string name = argument.name + (many ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line + (last->options.empty() ? "" : " [OPTIONS]");
}

std::string option_signature(const Option& option) {
  std::string text = option.letter != 0 ? std::string("-") + option.letter + ", " : "";
  return text + option.name + (option.value.empty() ? "" : " " + option.value);
}

std::string titled_list(const std::string& title, const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t left = 0;
  for (const auto& [name, text] : rows) left = std::max(left, name.size());
  std::string out = wrapped(title, 0) + "\n";
  for (const auto& [name, text] : rows) {
    out += "  " + name + std::string(left - name.size() + 2, ' ') + wrapped(text, left + 4) + "\n";
  }
  return out;
}

std::string argument_notes(const Argument& argument) { return listed(argument.choices); }

std::string format_notes(const Command& command) {
  const std::string formats = listed(command.formats);
  return formats.empty() ? "" : "--output also takes" + formats.substr(1) + ".";
}

std::string option_notes(const Option& option) {
  std::string text = listed(option.choices);
  if (option.clears) text += "; '' clears it";
  if (option.required) text += " (required)";
  if (!option.environment.empty()) text += " [$" + option.environment + "]";
  return text;
}

std::string help_text(const Command& root, const std::vector<const Command*>& path) {
  const Command& command = path.empty() ? root : *path.back();
  std::string text = "Usage: " + usage(path) + "\n\n" +
                     wrapped(command.description.empty() ? command.summary + "." : command.description, 0) + "\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& sub : command.subcommands) rows.emplace_back(sub.name, sub.summary);
  text += entries("Commands", rows);
  rows.clear();
  for (const Argument& argument : command.arguments) {
    rows.emplace_back(argument.name, argument.help + argument_notes(argument));
  }
  text += entries("Arguments", rows);
  text += entries("Options", option_rows(command.options));
  if (!command.formats.empty()) text += "\n" + format_notes(command) + "\n";
  if (path.empty()) {
    text += entries("Global options", option_rows(documented_global_options()));
  }
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const Example& example : command.examples) text += "  " + example.command + "\n      " + example.what + "\n";
  if (!path.empty() && command.run) text += "\nGlobal options: acctl --help. Exit codes: acctl help exit-codes.\n";
  return text;
}

}  // namespace acctl

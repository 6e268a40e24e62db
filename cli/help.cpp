#include "cli/help.hpp"

#include <algorithm>

#include "cli/settings.hpp"
#include "cli/table.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

using HelpRows = std::vector<std::pair<std::string, std::string>>;

std::string entries(const std::string& title, const HelpRows& rows, std::size_t width) {
  return rows.empty() ? "" : "\n" + titled_list(title + ":", rows, width);
}

HelpRows option_rows(const std::vector<Option>& options) {
  HelpRows rows;
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
  options.push_back(parse_option("-h, --help", "show help for the command", &unused.all));
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

std::string titled_list(const std::string& title, const HelpRows& rows, std::size_t width) {
  // What is beside the names has at least half of the line.
  const std::size_t most = width / 2 - 4;
  std::size_t left = 0;
  for (const auto& [name, text] : rows) {
    if (const std::size_t columns = display_width(name); columns <= most) left = std::max(left, columns);
  }
  std::string out = wrapped(title, 0, width) + "\n";
  for (const auto& [name, text] : rows) {
    const std::size_t columns = display_width(name);
    const std::string gap = columns <= left ? std::string(left - columns + 2, ' ') : "\n" + std::string(left + 4, ' ');
    out += "  " + name + gap + wrapped(text, left + 4, width) + "\n";
  }
  return out;
}

std::size_t help_width(std::size_t columns) {
  return columns == 0 ? widest_help : std::clamp<std::size_t>(columns, 40, widest_help);
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

std::string help_text(const Command& root, const std::vector<const Command*>& path, std::size_t width) {
  const Command& command = path.empty() ? root : *path.back();
  std::string text = "Usage: " + usage(path) + "\n\n" +
                     wrapped(command.description.empty() ? command.summary + "." : command.description, 0, width) +
                     "\n";
  HelpRows rows;
  for (const Command& sub : command.subcommands) rows.emplace_back(sub.name, sub.summary);
  text += entries("Commands", rows, width);
  rows.clear();
  for (const Argument& argument : command.arguments) {
    rows.emplace_back(argument.name, argument.help + argument_notes(argument));
  }
  text += entries("Arguments", rows, width);
  text += entries("Options", option_rows(command.options), width);
  if (!command.formats.empty()) text += "\n" + wrapped(format_notes(command), 0, width) + "\n";
  if (path.empty()) {
    text += entries("Global options", option_rows(documented_global_options()), width);
  }
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const Example& example : command.examples)
    text += "  " + example.command + "\n      " + wrapped(example.what, 6, width) + "\n";
  if (!path.empty() && command.run) {
    text += "\n" + wrapped("Global options: acctl --help. Exit codes: acctl help exit-codes.", 0, width) + "\n";
  }
  return text;
}

}  // namespace acctl

#include "man/pages.hpp"

#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "man/concepts.hpp"
#include "man/roff.hpp"
#include "man/selection.hpp"

namespace acctl {

namespace {

// A command that runs, with the words that call it: "acctl tenant create".
struct Leaf {
  std::string words;
  const Command* command;
};

void collect(const Command& command, const std::string& words, std::vector<Leaf>& leaves) {
  if (command.run) leaves.push_back({words, &command});
  for (const Command& sub : command.subcommands) collect(sub, words + " " + sub.name, leaves);
}

// A summary stands behind a macro, word by word.
std::string summary_words(const std::string& summary) {
  std::string out;
  for (std::size_t start = 0; start < summary.size();) {
    const std::size_t end = std::min(summary.find(' ', start), summary.size());
    if (end > start) out += " " + roff_argument(summary.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::string flag(const Option& option, const std::string& name) {
  return "Fl " + roff_argument(name) + (option.value.empty() ? "" : " Ar " + roff_argument(option.value));
}

std::string synopsis(const Leaf& leaf) {
  std::string text = ".Nm " + leaf.words + "\n";
  for (const Argument& argument : leaf.command->arguments) {
    const bool many = std::holds_alternative<std::vector<std::string>*>(argument.target);
    const std::string words = "Ar " + roff_argument(argument.name) + (many ? " ..." : "");
    text += (argument.required ? "." : ".Op ") + words + "\n";
  }
  for (const Option& option : leaf.command->options) {
    text += (option.required ? "." : ".Op ") + flag(option, option.name.substr(1)) + "\n";
  }
  return text;
}

std::string options_list(const std::vector<Argument>& arguments, const std::vector<Option>& options) {
  if (arguments.empty() && options.empty()) return {};
  std::string text = ".Bl -tag -width Ds\n";
  for (const Argument& argument : arguments) {
    text += ".It Ar " + roff_argument(argument.name) + "\n" + roff_prose(argument.help + argument_notes(argument));
  }
  for (const Option& option : options) {
    const std::string letter = option.letter == 0 ? "" : "Fl " + std::string(1, option.letter) + " , ";
    text += ".It " + letter + flag(option, option.name.substr(1)) + "\n";
    text += roff_prose(option.help + option_notes(option));
  }
  return text + ".El\n";
}

// The options and arguments of a command, and its additional output formats.
std::string render_options(const Command& command) {
  std::string text = options_list(command.arguments, command.options);
  if (!command.formats.empty()) text += ".Pp\n" + roff_prose(format_notes(command));
  return text;
}

std::string examples(const Command& command) {
  std::string text;
  for (const Example& example : command.examples) {
    text += ".Pp\n" + roff_prose(example.what) + roff_literal(example.command);
  }
  return text;
}

std::string without_first_break(const std::string& text) { return text.starts_with(".Pp\n") ? text.substr(4) : text; }

std::string described(const Command& command) {
  return roff_prose(command.description.empty() ? command.summary + "." : command.description);
}

std::string exit_status() {
  std::string text = ".Sh EXIT STATUS\n.Bl -tag -width 143\n";
  for (const ExitCode& entry : exit_codes()) {
    text += ".It " + std::to_string(entry.code) + "\n" + roff_prose(std::string(entry.meaning));
  }
  return text + ".El\n";
}

// A command that runs by itself has the usual sections of a manual page.
std::string single(const Leaf& leaf) {
  const Command& command = *leaf.command;
  std::string text = ".Sh DESCRIPTION\n" + described(command);
  text += render_options(command);
  text += exit_status();
  if (!command.examples.empty()) text += ".Sh EXAMPLES\n" + without_first_break(examples(command));
  return text;
}

// A noun has a subsection for each verb.
std::string grouped(const Command& noun, const std::vector<Leaf>& leaves) {
  std::string text = ".Sh DESCRIPTION\n" + described(noun) + ".Sh COMMANDS\n";
  for (const Leaf& leaf : leaves) {
    text += ".Ss " + leaf.words + "\n" + described(*leaf.command);
    text += render_options(*leaf.command) + examples(*leaf.command);
  }
  return text + exit_status();
}

ManualPage command_page(const Command& command) {
  std::vector<Leaf> leaves;
  collect(command, "acctl " + command.name, leaves);
  ManualPage page{.name = "acctl-" + command.name, .summary = command.summary, .text = {}};
  page.text = page_head(page) + ".Sh SYNOPSIS\n";
  for (const Leaf& leaf : leaves) page.text += synopsis(leaf);
  page.text += command.run ? single(leaves.front()) : grouped(command, leaves);
  page.text += ".Sh SEE ALSO\n.Xr acctl 1\n.Pp\nThe options that every command takes are described there.\n";
  return page;
}

std::string command_list(const Command& root) {
  std::string text = ".Sh COMMANDS\n.Bl -tag -width Ds\n";
  for (const Command& command : root.subcommands) {
    text += ".It Xr acctl-" + command.name + " 1\n" + roff_prose(command.summary);
    std::string verbs;
    for (const Command& verb : command.subcommands) verbs += (verbs.empty() ? "" : ", ") + verb.name;
    if (!verbs.empty()) text += ".Pp\n" + roff_prose(verbs);
  }
  return text + ".El\n";
}

std::string variable(const std::string& name, const std::string& help) {
  return ".It Ev " + name + "\n" + roff_prose(help);
}

std::string environment() {
  std::string text = ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n";
  for (const Option& option : documented_global_options()) {
    if (!option.environment.empty())
      text += variable(option.environment, "replaces " + option.name + " if that is not given");
  }
  text += variable("NO_COLOR", "disables colors if it is set to any value");
  text += variable("XDG_CONFIG_HOME", "folder of the configuration file (default: ~/.config)");
  text += variable("XDG_DATA_HOME", "folder of the embedded server (default: ~/.local/share)");
  return text + ".El\n.Pp\nThe variables of libpq, such as\n.Ev PGPASSFILE ,\nare also respected.\n";
}

std::string files() {
  return ".Sh FILES\n.Bl -tag -width Ds\n.It Pa $XDG_CONFIG_HOME/acctl/config.yaml\n" +
         std::string(configuration_format) + ".El\n";
}

ManualPage overview(const Command& root) {
  ManualPage page{.name = root.name, .summary = root.summary, .text = {}};
  page.text =
      page_head(page) + ".Sh SYNOPSIS\n.Nm\n.Ar COMMAND\n.Op Ar ARGUMENT ...\n.Op Ar OPTION ...\n.Nm\n.Fl -version\n";
  page.text += ".Sh DESCRIPTION\n" + described(root) + command_list(root);
  page.text += ".Sh GLOBAL OPTIONS\nEvery command takes these.\n" + options_list({}, documented_global_options());
  page.text += std::string(concept_sections) + selection_section() + environment() + files() + exit_status();
  if (!root.examples.empty()) page.text += ".Sh EXAMPLES\n" + without_first_break(examples(root));
  page.text += ".Sh SEE ALSO\n.Xr psql 1 ,\n.Xr acctl-definitions 5 ,\n.Xr acctl-people 5 ,\n.Xr acctl-tenants 5\n" +
               std::string(caveat_section);
  return page;
}

}  // namespace

std::string page_head(const ManualPage& page) {
  std::string title = page.name;
  std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  // The date of the release and not of the build: the same source gives the same page.
  return ".\\\" Made by: acctl manual\n.Dd " ACCTL_RELEASE_DATE "\n.Dt " + title + " " + std::to_string(page.section) +
         "\n.Os acctl " ACCTL_VERSION "\n" + ".Sh NAME\n.Nm " + page.name + "\n.Nd" + summary_words(page.summary) +
         "\n";
}

std::vector<ManualPage> manual_pages(const Command& root) {
  std::vector<ManualPage> pages = {overview(root)};
  for (const Command& command : root.subcommands) pages.push_back(command_page(command));
  return pages;
}

}  // namespace acctl

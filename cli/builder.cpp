#include "cli/builder.hpp"

#include "provisioning/base/split.hpp"

namespace acctl {

std::string flowed(std::string_view text) {
  const auto first = text.find_first_not_of('\n');
  text = first == std::string_view::npos ? std::string_view() : text.substr(first);
  while (text.ends_with('\n') || text.ends_with(' ')) text.remove_suffix(1);
  std::string result;
  result.reserve(text.size());
  bool own_line = false;  // the line before is one
  for (const std::string_view line : split(text, '\n')) {
    const bool is_own = line.starts_with(' ');
    if (line.empty()) {
      if (!result.ends_with("\n\n")) result += "\n\n";  // texts that are put together have more of them
    } else if (!result.empty() && !result.ends_with('\n')) {
      result += is_own || own_line ? '\n' : ' ';
    }
    result += line;
    own_line = is_own;
  }
  return result;
}

Command command_group(std::string name, std::string summary, std::string_view description,
                      std::vector<Command (*)()> verbs) {
  return {.name = std::move(name),
          .summary = std::move(summary),
          .description = flowed(description),
          .verbs = std::move(verbs)};
}

Command with_subcommands(Command command) {
  command.subcommands.reserve(command.verbs.size());
  for (const auto make : command.verbs) command.subcommands.push_back(with_subcommands(make()));
  command.verbs.clear();
  return command;
}

Argument parse_argument(std::string_view form, std::string_view help, Target target, Values values) {
  const bool optional = form.starts_with('[');
  if (optional) form = form.substr(1, form.size() - 2);
  if (form.ends_with("...")) form.remove_suffix(3);
  return {
      .name = std::string(form), .help = std::string(help), .target = target, .required = !optional, .values = values};
}

Option parse_option(std::string_view form, std::string_view help, Target target, OptionTraits traits) {
  Option option{std::move(traits)};
  option.help = help;
  option.target = target;
  if (!form.starts_with("--")) {  // "-f, --file"
    option.letter = form[1];
    form.remove_prefix(std::string_view("-f, ").size());
  }
  const std::size_t space = form.find(' ');
  option.name = form.substr(0, space);
  if (space != std::string_view::npos) option.value = form.substr(space + 1);
  return option;
}

}  // namespace acctl

#include "cli/help.hpp"

#include "cli/exit_codes.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

std::string exit_code_text() {
  std::string text = "Exit codes of acctl:\n\n";
  for (const ExitCode& entry : exit_codes()) {
    const std::string number = std::to_string(entry.code);
    text += std::string(5 - number.size(), ' ') + number + "  " + std::string(entry.meaning) + "\n";
  }
  return text;
}

std::string text_of(const Command& root, const std::vector<std::string>& words) {
  if (words == std::vector<std::string>{"exit-codes"}) return exit_code_text();
  std::vector<const Command*> path;
  const Command* command = &root;
  for (const std::string& word : words) {
    const auto found = std::ranges::find(command->subcommands, word, &Command::name);
    if (found == command->subcommands.end()) {
      std::vector<std::string> names = {"exit-codes"};
      for (const Command& known : command->subcommands) names.push_back(known.name);
      throw Error(ErrorKind::invalid, "there is no help on '" + word + "'" + did_you_mean(word, names));
    }
    command = &*found;
    path.push_back(command);
  }
  return help_text(root, path);
}

}  // namespace

Command help_command() {
  auto words = std::make_shared<std::vector<std::string>>();
  return {
      .name = "help",
      .summary = "help on a command, or on exit-codes",
      .description = "Shows the help of a command, as COMMAND --help does, or the table of exit codes.",
      .arguments =
          {{.name = "TOPIC", .help = "words of a command, or exit-codes", .target = words.get(), .required = false}},
      .examples = {{"acctl help tenant create", "What tenant create takes."},
                   {"acctl help exit-codes", "What the exit codes mean."}},
      .run =
          [words](Session& session) {
            write_text(text_of(session.root(), *words));
            return 0;
          },
  };
}

}  // namespace acctl

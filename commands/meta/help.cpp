#include "cli/help.hpp"

#include "cli/builder.hpp"
#include "cli/exit_codes.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

std::string render_exit_codes() {
  std::string text = "Exit codes of acctl:\n\n";
  for (const ExitCode& entry : exit_codes()) {
    const std::string number = std::to_string(entry.code);
    text += std::string(5 - number.size(), ' ') + number + "  " + std::string(entry.meaning) + "\n";
  }
  return text;
}

std::string render_topic(const Command& root, const std::vector<std::string>& words) {
  if (words == std::vector<std::string>{"exit-codes"}) return render_exit_codes();
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

struct ShowHelp {
  std::vector<std::string> words;
};

int run(Session& session, const ShowHelp& options) {
  write_text(render_topic(session.root(), options.words));
  return 0;
}

}  // namespace

Command help_command() {
  return command<ShowHelp>("help", "show help on a command, or the exit codes", run)
      .describe("Shows the help of a command, as COMMAND --help does, or the table of exit codes.")
      .argument("[TOPIC...]", "words of a command, or exit-codes", &ShowHelp::words)
      .example("acctl help tenant create", "Arguments and options of tenant create.")
      .example("acctl help exit-codes", "Meaning of each exit code.");
}

}  // namespace acctl

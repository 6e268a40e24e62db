#include "cli/help.hpp"

#include <optional>

#include "cli/builder.hpp"
#include "cli/exit_codes.hpp"
#include "cli/pager.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "commands/commands.hpp"
#include "commands/meta/show_page.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::string render_exit_codes(std::size_t width) {
  std::string text = "Exit codes of acctl:\n\n";
  for (const ExitCode& entry : exit_codes()) {
    const std::string number = std::to_string(entry.code);
    text += std::string(5 - number.size(), ' ') + number + "  " + wrapped(std::string(entry.meaning), 7, width) + "\n";
  }
  return text;
}

// The commands that the first words name.
std::vector<const Command*> find_path(const Command& root, const std::vector<std::string>& words) {
  std::vector<const Command*> path;
  const Command* command = &root;
  for (const std::string& word : words) {
    const auto found = std::ranges::find(command->subcommands, word, &Command::name);
    if (found == command->subcommands.end()) break;
    command = &*found;
    path.push_back(command);
  }
  return path;
}

// What `word`, which is none of the commands below `path`, could have been.
[[noreturn]] void throw_unknown_topic(const Command& root, const std::vector<const Command*>& path,
                                      const std::string& word) {
  std::vector<std::string> names;
  for (const Command& known : (path.empty() ? root : *path.back()).subcommands) names.push_back(known.name);
  if (path.empty()) {
    names.emplace_back("exit-codes");
    for (const PageEntry& page : list_pages(root)) names.push_back(page.name.substr(page.name.find('-') + 1));
  }
  throw Error(ErrorKind::invalid, "there is no help on '" + word + "'" + did_you_mean(word, names),
              "'acctl --help' lists the commands, and 'acctl manual' the pages.");
}

struct ShowHelp {
  std::vector<std::string> words;
};

void run(Session& session, const ShowHelp& options) {
  if (options.words == std::vector<std::string>{"exit-codes"}) {
    write_text(render_exit_codes(help_width(screen().columns)));
    return;
  }
  const std::vector<const Command*> path = find_path(session.root(), options.words);
  if (path.size() == options.words.size()) {
    write_text(help_text(session.root(), path, help_width(screen().columns)));
    return;
  }
  std::optional<PageEntry> page;
  if (path.empty()) page = look_up_page(session.root(), join(options.words, " "));
  if (!page) throw_unknown_topic(session.root(), path, options.words[path.size()]);
  show_page(make_page(session.root(), *page));
}

}  // namespace

Command help_command() {
  return command<ShowHelp>("help", "show help on a command, a page of the manual or the exit codes", run)
      .describe(R"(
Shows the help of a command, as COMMAND --help does, the table of exit codes, or a page of the manual, as 'acctl manual'
does.)")
      .argument("[TOPIC...]", "words of a command, exit-codes, or a page of the manual", &ShowHelp::words)
      .values(Values::topics)
      .example("acctl help tenant create", "Arguments and options of tenant create.")
      .example("acctl help exit-codes", "Meaning of each exit code.");
}

}  // namespace acctl

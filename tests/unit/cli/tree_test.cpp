// What every command of the tree owes its users.
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>

#include "cli/app.hpp"
#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "tests/support/calls.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace {

using acctl::Command;
using acctl::test::calls;

struct Named {
  std::string words;
  const Command* command;
};

void collect(const Command& command, const std::string& words, std::vector<Named>& all) {
  all.push_back({words, &command});
  for (const Command& sub : command.subcommands) collect(sub, words + " " + sub.name, all);
}

std::vector<Named> commands_of(const Command& root) {
  std::vector<Named> all;
  collect(root, root.name, all);
  return all;
}

// A configuration file with the contexts that examples name.
void use_configuration(const std::string& folder) {
  std::filesystem::create_directories(folder + "/acctl");
  std::ofstream(folder + "/acctl/config.yaml") << "contexts:\n  production: {actor: ops}\n  staging: {actor: ops}\n";
  setenv("XDG_CONFIG_HOME", folder.c_str(), 1);
}

}  // namespace

TEST_CASE("every command is described and shown by example") {
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    INFO(words);
    CHECK_FALSE(command->summary.empty());
    CHECK(command->summary.find('\n') == std::string::npos);
    CHECK_FALSE(command->summary.ends_with('.'));
    CHECK((command->run == nullptr) == !command->subcommands.empty());
    if (!command->run) continue;
    CHECK(command->description.ends_with('.'));
    CHECK_FALSE(command->examples.empty());
  }
}

// The overview of the manual lists them behind it.
TEST_CASE("the summary of a noun leaves its verbs to their list") {
  const Command root = acctl::command_tree();
  for (const Command& noun : root.subcommands) {
    INFO(noun.name << ": " << noun.summary);
    std::size_t named = 0;
    for (const Command& verb : noun.subcommands) {
      named += (" " + noun.summary).find(" " + verb.name) == std::string::npos ? 0 : 1;
    }
    CHECK(named <= 1);
    CHECK((noun.run != nullptr || noun.summary.find(':') == std::string::npos));
  }
}

TEST_CASE("every option and argument is described") {
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    for (const acctl::Option& option : command->options) {
      INFO(words << " " << option.name);
      CHECK(option.name.starts_with("--"));
      CHECK_FALSE(option.help.empty());
      CHECK_FALSE(option.help.ends_with('.'));
      CHECK(option.value.empty() == std::holds_alternative<bool*>(option.target));
    }
    for (const acctl::Argument& argument : command->arguments) {
      INFO(words << " " << argument.name);
      CHECK_FALSE(argument.name.empty());
      CHECK_FALSE(argument.help.empty());
    }
  }
}

// An unset variable of a script must not mean "none", "all" or "for ever": in no option and in no argument.
TEST_CASE("an empty value is refused everywhere but where the help says that it clears") {
  const acctl::test::TemporaryFolder folder;
  use_configuration(folder.path());
  const Command root = acctl::command_tree();
  const auto refusal = [&root](const std::string& words, const std::vector<std::string>& more) {
    acctl::Settings settings;
    std::vector<std::string> call;
    for (std::size_t at = words.find(' '); at != std::string::npos;) {
      const std::size_t end = words.find(' ', at + 1);
      call.push_back(words.substr(at + 1, end == std::string::npos ? end : end - at - 1));
      at = end;
    }
    call.insert(call.end(), more.begin(), more.end());
    try {
      acctl::parse(root, settings, call);
    } catch (const acctl::Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  std::size_t looked = 0;
  for (const auto& [words, command] : commands_of(root)) {
    if (!command->run) continue;
    acctl::Settings unused;
    std::vector<acctl::Option> options = acctl::global_options(unused, *command);
    options.insert(options.end(), command->options.begin(), command->options.end());
    for (const acctl::Option& option : options) {
      if (option.value.empty()) continue;
      INFO(words << " " << option.name);
      ++looked;
      const std::string said = refusal(words, {option.name + "="});
      const bool refused = said == option.name + ": the value is empty";
      const bool told = (option.help + acctl::option_notes(option)).find("'' clears") != std::string::npos;
      // Options are filled in their order, so that one that is missing before is told first.
      const bool missing = said.ends_with(" is missing");
      CHECK(told == option.clears);
      CHECK((option.clears ? !refused : refused || missing));
      CHECK_FALSE((option.clears && option.required));
    }
    if (!command->arguments.empty()) {
      ++looked;
      INFO(words << " ''");
      CHECK(refusal(words, {""}) != "none");
    }
  }
  CHECK(looked > 500);
}

TEST_CASE("an option means one thing, also beside the global ones") {
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    // Those that the command takes: a global option that it does not take may be one of its own.
    acctl::Settings unused;
    std::vector<acctl::Option> options = acctl::global_options(unused, *command);
    options.insert(options.end(), command->options.begin(), command->options.end());
    std::set<std::string> seen = {"--help", "-h"};
    for (const acctl::Option& option : options) {
      INFO(words << " " << option.name);
      CHECK(seen.insert(option.name).second);
      if (option.letter != 0) CHECK(seen.insert(std::string("-") + option.letter).second);
    }
  }
}

TEST_CASE("an option that would do nothing is refused, before the command and behind it") {
  const Command root = acctl::command_tree();
  const auto refusal = [&](const std::vector<std::string>& words) {
    acctl::Settings settings;
    try {
      acctl::parse(root, settings, words);
    } catch (const acctl::Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal({"completion", "bash", "--tenant", "acme"}) == "'acctl completion' takes no --tenant");
  CHECK(refusal({"completion", "bash", "-t", "acme"}) == "'acctl completion' takes no --tenant");
  CHECK(refusal({"--all", "platform", "status"}) == "'acctl platform status' takes no --all");
  CHECK(refusal({"platform", "status", "--all"}) == "'acctl platform status' takes no --all");
  CHECK(refusal({"schema", "--actor", "ana"}) == "'acctl schema' takes no --actor");
  CHECK(refusal({"platform", "status", "--actor", "ana", "--timeout", "5s"}).empty());
  CHECK(refusal({"version", "-o", "json", "-q"}).empty());
}

TEST_CASE("commands beside each other differ") {
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    std::set<std::string> seen;
    for (const Command& sub : command->subcommands) {
      INFO(words << " " << sub.name);
      CHECK(seen.insert(sub.name).second);
    }
  }
}

TEST_CASE("every example is a call that the parser takes, of the command it stands at") {
  const acctl::test::TemporaryFolder folder;
  use_configuration(folder.path());
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    for (const acctl::Example& example : command->examples) {
      INFO(example.command);
      CHECK_FALSE(example.what.empty());
      bool shows_it = false;
      for (const std::vector<std::string>& call : calls(example.command)) {
        const Command fresh = acctl::command_tree();
        acctl::Settings settings;
        const acctl::Parsed parsed = acctl::parse(fresh, settings, call);
        shows_it = shows_it || parsed.command->summary == command->summary || command == &root;
      }
      CHECK(shows_it);
    }
  }
}

TEST_CASE("calls of acctl are found in a line of shell") {
  using Calls = std::vector<std::vector<std::string>>;
  CHECK(calls("acctl a 'b c' | jq '.x'") == Calls{{"a", "b c"}});
  CHECK(calls("psql \"$(acctl local url)\"") == Calls{{"local", "url"}});
  CHECK(calls("X=1 acctl a --b=\"c d\" > acctl.txt") == Calls{{"a", "--b=c d"}});
  CHECK(calls("acctl a $(cat x) && acctl") == Calls{{"a", "$(cat x)"}, {}});
}

TEST_CASE("help shows every command and option") {
  const Command root = acctl::command_tree();
  for (const auto& [words, command] : commands_of(root)) {
    std::vector<const Command*> path;
    if (command != &root) path.push_back(command);
    const std::string text = acctl::help_text(root, path);
    INFO(words);
    CHECK(text.find("\n\n\n") == std::string::npos);
    for (const Command& sub : command->subcommands) CHECK(text.find("  " + sub.name + " ") != std::string::npos);
    for (const acctl::Option& option : command->options) {
      CHECK(text.find(acctl::option_signature(option)) != std::string::npos);
    }
    for (const acctl::Example& example : command->examples) {
      CHECK(text.find(example.command) != std::string::npos);
    }
  }
}

TEST_CASE("a column of help is aligned by what is seen, not by bytes") {
  CHECK(acctl::titled_list("Options:", {{"--only KIND,…", "some"}, {"--prune", "all"}}, 60) ==
        "Options:\n  --only KIND,…  some\n  --prune        all\n");
}

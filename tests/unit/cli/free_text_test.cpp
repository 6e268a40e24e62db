// Free text of the command line: of a length, and nothing in it that nobody sees.
#include <cstdlib>
#include <functional>
#include <set>

#include "cli/app.hpp"
#include "cli/parser.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "tests/support/catch.hpp"

using acctl::Argument;
using acctl::Command;
using acctl::Option;
using acctl::Settings;

namespace {

std::string said(const std::function<void()>& work) {
  try {
    work();
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    return error.what();
  }
  return "";
}

// One command with an option of each sort.
std::string parsed(const std::vector<std::string>& words) {
  std::string text;
  std::string file;
  std::vector<std::string> names;
  Settings settings;
  Command command{.name = "do", .summary = "do", .description = "Does."};
  command.arguments = {{.name = "NAME", .help = "x", .target = &names, .required = false}};
  command.options = {acctl::parse_option("--text TEXT", "x", &text),
                     acctl::parse_option("--file FILE", "x", &file, {.values = acctl::Values::file})};
  command.run = [](acctl::Session&) { return 0; };
  Command root{.name = "acctl", .summary = "root", .description = "Root."};
  root.subcommands = {command};
  std::vector<std::string> all = {"do"};
  all.insert(all.end(), words.begin(), words.end());
  return said([&] { acctl::parse(root, settings, all); });
}

const std::string persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645";

}  // namespace

TEST_CASE("rule free text: what nobody sees is refused in every value of the command line but in names of files") {
  const std::vector<std::string> hidden = {"a\u202eb", "a\u200bb", "a\x1b[31m",
                                           "a\u0085b", "\u2066x",  persian + "\u200c"};
  for (const std::string& bad : hidden) {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"--text", bad}, {bad}, {"--reason", bad}, {"--actor", bad}, {"--match", bad}}) {
      CHECK(parsed(words).find("holds a control or invisible character, U+") != std::string::npos);
    }
    CHECK(parsed({"--file", bad}).empty());
  }
  for (const std::string& good : std::vector<std::string>{persian, "Größe", "日本語", "a b"}) {
    for (const char* option : {"--text", "--reason", "--actor"}) CHECK(parsed({option, good}).empty());
  }
  // A description has lines, what is kept in ledger and trail has one.
  CHECK(parsed({"--text", "one\ntwo"}).empty());
  CHECK(parsed({"--reason", "one\ntwo"}).find("U+000A") != std::string::npos);
  CHECK(parsed({"--actor", "one\ttwo"}).find("U+0009") != std::string::npos);
}

TEST_CASE("rule free text: --reason and --actor have lengths, wherever they are said") {
  const std::string umlauts = [] {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "ü";
    return text;
  }();
  CHECK(parsed({"--reason", std::string(2'000, 'x')}).empty());
  CHECK(parsed({"--reason", std::string(2'001, 'x')}) ==
        "--reason: the value has 2001 characters; at most 2000 are allowed");
  CHECK(parsed({"--actor", umlauts}).empty());
  CHECK(parsed({"--actor", umlauts + "x"}) == "--actor: the value has 201 characters; at most 200 are allowed");
  for (const char* variable : {"ACCTL_ACTOR", "ACCTL_REASON"}) {
    setenv(variable, "a\u202eb", 1);
    CHECK(parsed({}).starts_with("$" + std::string(variable) + ": the value holds a control or invisible"));
    unsetenv(variable);
  }
}

// Whoever adds an option that stores what it is given says how long that may be, or checks it as a field of a kind.
TEST_CASE("rule free text: every option that takes a text is known to have a length") {
  const std::set<std::string> fields = {"--description", "--name",          "--admin-name",
                                        "--external-id", "--claimed-actor", "--manager"};
  std::vector<std::string> others;
  Settings settings;
  const std::function<void(const Command&)> visit = [&](const Command& command) {
    for (const Option& option : command.options) {
      const bool text = option.value == "TEXT" || option.value == "NAME" || option.value == "NOTE";
      if (text && option.longest == 0 && !fields.contains(option.name)) others.push_back(command.name + option.name);
    }
    for (const Command& verb : command.subcommands) visit(verb);
  };
  visit(acctl::command_tree());
  for (const Option& option : acctl::global_options(settings)) {
    if ((option.value == "TEXT" || option.name == "--actor") && option.longest == 0) others.push_back(option.name);
  }
  INFO(acctl::enumerated(others, 20));
  CHECK(others.empty());
}

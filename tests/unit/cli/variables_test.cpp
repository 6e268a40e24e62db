// What stands around a command: variables that are set but empty, and --version instead of a command.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/parser.hpp"
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace {

// `acctl list` with no variables of acctl and a configuration folder of its own.
struct Surroundings {
  acctl::test::TemporaryFolder folder;
  acctl::Settings settings;
  acctl::Command root{.name = "acctl", .summary = "root", .description = "Root."};

  Surroundings() {
    root.subcommands.push_back({.name = "list", .summary = "list", .description = "Lists."});
    root.subcommands.back().run = [](acctl::Session&) { return 0; };
    for (const acctl::Option& option : acctl::global_options(settings)) unsetenv(option.environment.c_str());
    setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  }

  void configure(const std::string& text) const {
    std::filesystem::create_directories(folder.path() + "/acctl");
    std::ofstream(folder.path() + "/acctl/config.yaml") << text;
  }

  // "taken", or the message of the usage error.
  std::string outcome(const std::vector<std::string>& words) {
    settings = acctl::Settings();
    try {
      acctl::parse(root, settings, words);
    } catch (const acctl::Error& error) {
      CHECK(error.kind() == acctl::ErrorKind::invalid);
      return error.what();
    }
    return "taken";
  }
};

}  // namespace

TEST_CASE("a variable that is set but empty is an error, unless the command line says the same thing") {
  Surroundings world;
  world.configure("current: a\ncontexts: {a: {database: host=a, output: json}}\n");
  for (const acctl::Option& option : acctl::global_options(world.settings)) {
    if (option.environment.empty()) continue;
    setenv(option.environment.c_str(), "", 1);
    CHECK(world.outcome({"list"}) == "$" + option.environment + " is set but empty");
    unsetenv(option.environment.c_str());
    CHECK(world.outcome({"list"}) == "taken");
  }
  setenv("ACCTL_DATABASE_URL", "", 1);
  CHECK(world.outcome({"list", "--context", "a"}) == "$ACCTL_DATABASE_URL is set but empty");
  CHECK(world.outcome({"list", "--database", "host=b"}) == "taken");
  CHECK(world.settings.database == "host=b");
  unsetenv("ACCTL_DATABASE_URL");
  setenv("ACCTL_TENANT", "", 1);
  CHECK(world.outcome({"list", "--all"}) == "taken");
  unsetenv("ACCTL_TENANT");
  // The error comes in the shape that the configuration asks for.
  setenv("ACCTL_OUTPUT", "", 1);
  CHECK(acctl::wants_json({"list"}));
  unsetenv("ACCTL_OUTPUT");
}

TEST_CASE("the option --version is taken beside global options, and nothing else is forgiven for it") {
  Surroundings world;
  const auto is_version = [&](const std::vector<std::string>& words) {
    const acctl::Parsed parsed = acctl::parse(world.root, world.settings, words);
    CHECK(parsed.path.empty());
    return parsed.version && !parsed.help;
  };
  CHECK(is_version({"--version"}));
  CHECK(is_version({"--version", "-q"}));
  CHECK(is_version({"-qv", "--version", "--no-color"}));
  CHECK(is_version({"-o", "json", "--version"}));
  CHECK(is_version({"--version", "--timeout=5s", "--"}));
  CHECK_FALSE(is_version({"-q"}));
  CHECK_FALSE(is_version({"--version", "--help"}));
  CHECK(world.outcome({"--version", "--nonsense"}).starts_with("there is no option '--nonsense'"));
  CHECK(world.outcome({"--version", "-o", "xml"}).starts_with("--output: 'xml' is not one of table"));
  CHECK(world.outcome({"--version=1"}).starts_with("there is no option '--version'"));
  CHECK(world.outcome({"--version", "-q", "nonsense"}).starts_with("there is no command 'acctl nonsense'"));
  CHECK(world.outcome({"list", "--version"}).starts_with("there is no option '--version'"));
}

#include "cli/parser.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/report.hpp"
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::Command;
using acctl::Settings;

namespace {

struct Values {
  std::string slug;
  std::vector<std::string> emails;
  std::string name;
  std::string note;
  std::vector<std::string> labels;
  std::string plan;
  std::optional<std::int64_t> seats;
  bool force = false;
};

// acctl tenant create SLUG [EMAIL...], acctl tenant list, acctl role
Command tree(Values& v) {
  const auto run = [](acctl::Session&) { return 0; };
  Command create{.name = "create", .summary = "create a tenant", .description = "Creates."};
  create.arguments = {{.name = "SLUG", .help = "its name", .target = &v.slug},
                      {.name = "EMAIL", .help = "people", .target = &v.emails, .required = false}};
  create.options = {acctl::parse_option("-n, --name NAME", "x", &v.name),
                    acctl::parse_option("--note TEXT", "x", &v.note, {.clears = true}),
                    acctl::parse_option("--label KEY=VALUE", "x", &v.labels),
                    acctl::parse_option("--plan PLAN", "x", &v.plan, {.choices = {"trial", "pro"}}),
                    acctl::parse_option("--seats N", "x", &v.seats),
                    acctl::parse_option("-f, --force", "x", &v.force)};
  create.run = run;
  Command list{.name = "list", .summary = "list tenants", .description = "Lists."};
  list.run = run;
  list.formats = {"markdown", "junit"};
  Command tenant{.name = "tenant", .summary = "tenants", .description = "Tenants."};
  tenant.subcommands = {create, list};
  Command root{.name = "acctl", .summary = "root", .description = "Root."};
  root.subcommands = {tenant};
  return root;
}

// A world of its own for each test: no variables of acctl, a configuration folder.
struct World {
  acctl::test::TemporaryFolder folder;
  Values values;
  Settings settings;
  Command root = tree(values);

  World() {
    for (const acctl::Option& option : acctl::global_options(settings)) unsetenv(option.environment.c_str());
    setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  }

  void configure(const std::string& text) const {
    std::filesystem::create_directories(folder.path() + "/acctl");
    std::ofstream(folder.path() + "/acctl/config.yaml") << text;
  }

  acctl::Parsed parse(const std::vector<std::string>& words) { return acctl::parse(root, settings, words); }
  void create(std::vector<std::string> words) {
    words.insert(words.begin(), {"tenant", "create", "acme"});
    parse(words);
  }
};

// The message of the error that the words cause; all of them are usage errors.
std::string refusal(const std::vector<std::string>& words) {
  World world;
  try {
    world.parse(words);
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    return error.what();
  }
  return "none";
}

std::string create_refusal(std::vector<std::string> words) {
  words.insert(words.begin(), {"tenant", "create", "acme"});
  return refusal(words);
}

}  // namespace

TEST_CASE("options come in every spelling of getopt_long") {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--name", "A B", "-f"}, {"--name=A B", "--force"}, {"-nA B", "-f"}, {"-fnA B"}, {"-fn", "A B"}}) {
    World world;
    world.create(words);
    CHECK(world.values.name == "A B");
    CHECK(world.values.force);
    CHECK(world.values.slug == "acme");
  }
}

TEST_CASE("a value is taken as it is") {
  for (const std::string value : {"[a,b]", "{}", "a=b", "-x", "--", "--dry-run", "%%", "\"q\"", "/x", "++"}) {
    World world;
    world.create({"--name=" + value, "--yes"});
    CHECK(world.values.name == value);
    CHECK(world.settings.yes);
    CHECK_FALSE(world.settings.dry_run);
  }
  World world;
  world.create({"--note", "", "--label", "[a,b]", "[x,y]", "++"});
  CHECK(world.values.labels == std::vector<std::string>{"[a,b]"});
  CHECK(world.values.emails == std::vector<std::string>{"[x,y]", "++"});
}

TEST_CASE("an empty value is refused, but where '' clears") {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--name="}, {"--name", ""}, {"-n", ""}, {"--label", "a=b", "--label="}, {"--plan="}, {"--seats="}}) {
    CHECK(create_refusal(words).ends_with(": the value is empty"));
  }
  for (const std::string global : {"--as", "--tenant", "--match", "--database", "--context", "--actor", "--timeout"}) {
    CHECK(create_refusal({global + "="}) ==
          (global == "--as" ? "'acctl tenant create' takes no --as" : global + ": the value is empty"));
  }
  CHECK(refusal({"tenant", "create", ""}) == "SLUG: the value is empty");
  CHECK(create_refusal({"ana@acme.example", ""}) == "EMAIL: the value is empty");
  const auto hint = [](const std::vector<std::string>& words) {
    World wrong;
    try {
      wrong.create(words);
    } catch (const acctl::Error& error) {
      return error.hint();
    }
    return std::string("taken");
  };
  CHECK(hint({"--name="}).starts_with("Leave the option out"));
  CHECK(hint({""}).starts_with("Give a value"));
  World world;
  world.values.note = "before";
  world.create({"--note="});
  CHECK(world.values.note.empty());
}

TEST_CASE("a noun without its verb is an error with the list") {
  World world;
  try {
    world.parse({"tenant", "-o", "json"});
    FAIL("it was taken");
  } catch (const acctl::Error& error) {
    CHECK(error.kind() == acctl::ErrorKind::invalid);
    CHECK(std::string(error.what()) == "'acctl tenant' needs one of these verbs:");
    REQUIRE(error.diagnostics().size() == 2);
    CHECK(error.diagnostics()[1].message == "list    list tenants");
  }
}

TEST_CASE("JSON is asked for in every spelling, also beside what cannot be parsed") {
  World world;
  using Words = std::vector<std::string>;
  for (const Words& words : {Words{"x", "-o", "json"},
                             {"-ojson"},
                             {"--output=json"},
                             {"-qo", "json"},
                             {"-qojson", "--nonsense"},
                             {"--log-format=json"},
                             {"--log-format", "json", "-z"},
                             {"-t", "acme", "-o", "json", "--as"}}) {
    CHECK(acctl::wants_json(words));
  }
  for (const Words& words : {Words{"--", "-o", "json"}, {"-o"}, {"-o", "yaml"}, {"json"}, {"--reason", "--output"}}) {
    CHECK_FALSE(acctl::wants_json(words));
  }
  world.configure("current: a\ncontexts: {a: {output: json}, b: {actor: ops}}\n");
  CHECK(acctl::wants_json({"x"}));
  CHECK_FALSE(acctl::wants_json({"x", "-o", "table"}));
  CHECK_FALSE(acctl::wants_json({"x", "--context", "b"}));
  world.configure("- broken\n");
  CHECK_FALSE(acctl::wants_json({"x"}));
  setenv("ACCTL_LOG_FORMAT", "json", 1);
  CHECK(acctl::wants_json({"x", "-o", "yaml"}));
  unsetenv("ACCTL_LOG_FORMAT");
}

TEST_CASE("a context at the prompt and a variable that name two databases are refused") {
  World world;
  world.configure("contexts:\n  a: {database: host=a}\n  b: {actor: ops}\n");
  const auto parse = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"tenant", "list"});
    world.settings = Settings();
    try {
      world.parse(words);
    } catch (const acctl::Error& error) {
      return std::string(error.what());
    }
    return world.settings.database;
  };
  setenv("ACCTL_DATABASE_URL", "host=other", 1);
  CHECK(parse({"--context", "a"}) == "--context and $ACCTL_DATABASE_URL name different databases");
  CHECK(parse({"--context", "a", "--database", "host=third"}) == "host=third");
  CHECK(parse({"--context", "b"}) == "host=other");
  setenv("ACCTL_CONTEXT", "a", 1);
  CHECK(parse({}) == "host=other");
  unsetenv("ACCTL_CONTEXT");
  setenv("ACCTL_DATABASE_URL", "host=a", 1);
  CHECK(parse({"--context", "a"}) == "host=a");
  unsetenv("ACCTL_DATABASE_URL");
  CHECK(parse({"--context", "a"}) == "host=a");
}

TEST_CASE("a configuration that cannot be read or has the wrong shape is an error, never the embedded server") {
  World world;
  const auto refused = [&](const std::string& text) {
    world.configure(text);
    try {
      world.parse({"tenant", "list"});
    } catch (const acctl::Error& error) {
      return error.kind() == acctl::ErrorKind::invalid;
    }
    return false;
  };
  for (const std::string text :
       {"current: {a: b}\ncontexts: {a: {}}\n", "current:\ncontexts: {a: {}}\n", "current: ''\ncontexts: {a: {}}\n",
        "current: [a]\n", "current: a\ncontexts: {a: {database: }}\n", "current: a\ncontexts: {a: {database: ''}}\n",
        "current: a\ncontexts: {a: {database: [x]}}\n", "current: a\ncontexts: {a: {database: ~}}\n", "\xff\n"}) {
    INFO(text);
    CHECK(refused(text));
  }
  const std::string file = world.folder.path() + "/acctl/config.yaml";
  std::filesystem::remove(file);
  std::filesystem::create_symlink("nowhere", file);
  CHECK_THROWS_WITH(world.parse({"tenant", "list"}), Catch::Contains("cannot read " + file));
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  CHECK_THROWS_WITH(world.parse({"tenant", "list"}), Catch::Contains("is not a regular file"));
}

TEST_CASE("an option is never the value of another") {
  CHECK(create_refusal({"--name", "--dry-run"}) ==
        "--name needs a value: --name NAME; to pass '--dry-run' as the value, write --name=--dry-run");
  CHECK(create_refusal({"--name", "-q"}) != "none");
  CHECK(create_refusal({"--name", "--output=json"}) != "none");
  CHECK(create_refusal({"--name", "--"}) != "none");
  CHECK(create_refusal({"--name"}) == "--name needs a value: --name NAME");
  CHECK(create_refusal({"-o"}) == "--output needs a value: --output FORMAT");
}

TEST_CASE("a switch takes no value") {
  CHECK(create_refusal({"--dry-run=false"}) == "--dry-run takes no value");
  CHECK(create_refusal({"--yes="}) == "--yes takes no value");
}

TEST_CASE("the word -- ends the options") {
  World world;
  world.create({"--", "--name", "-x", "--help"});
  CHECK(world.values.emails == std::vector<std::string>{"--name", "-x", "--help"});
  CHECK(world.values.name.empty());
}

TEST_CASE("global options stand anywhere") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-o", "json", "tenant", "list"},
                                             {"tenant", "--output", "json", "list"},
                                             {"tenant", "-qo", "json", "list"},
                                             {"tenant", "--output=json", "list"},
                                             {"tenant", "list", "-ojson"}}) {
    World world;
    CHECK(world.parse(words).command->name == "list");
    CHECK(world.settings.output == "json");
  }
}

TEST_CASE("mistyped words are named, with what was probably meant") {
  CHECK(refusal({"tenat"}) == "there is no command 'acctl tenat'; did you mean 'tenant'?");
  CHECK(refusal({"tenant", "lsit"}) == "there is no command 'acctl tenant lsit'; did you mean 'list'?");
  CHECK(create_refusal({"--nmae=x"}) == "there is no option '--nmae'; did you mean '--name'?");
  CHECK(create_refusal({"--out", "json"}).starts_with("there is no option '--out'"));
  CHECK(create_refusal({"-z"}).starts_with("there is no option '-z'"));
  CHECK(create_refusal({"--=x"}).starts_with("there is no option '--'"));
  CHECK(create_refusal({"--plan", "por"}) == "--plan: 'por' is not one of trial, pro; did you mean 'pro'?");
  CHECK(refusal({"tenant", "list", "x"}) == "unexpected argument 'x'");
  CHECK(refusal({"tenant", "create"}) == "SLUG is missing");
}

TEST_CASE("an option of one value is given once") {
  CHECK(create_refusal({"--name=a", "--name=a"}) == "--name is given twice");
  CHECK(create_refusal({"-o", "json", "--output=json"}) == "--output is given twice");
  World world;
  world.create({"--label=a=1", "--label", "b=2", "-t", "x", "-ty"});
  CHECK(world.values.labels == std::vector<std::string>{"a=1", "b=2"});
  CHECK(world.settings.tenants == std::vector<std::string>{"x", "y"});
}

TEST_CASE("numbers are plain decimals") {
  for (const char* text : {"010", "1e9", " 5", "5 ", "0x10", "+5", "9223372036854775808", "-0", "1.0", "1_000"}) {
    INFO(text);
    CHECK(create_refusal({std::string("--seats=") + text}) ==
          "--seats: '" + std::string(text) + "' is not a whole number");
  }
  World world;
  world.create({"--seats", "9223372036854775807"});
  CHECK(world.values.seats == 9223372036854775807);
  World negative;
  negative.create({"--seats", "-1"});  // a number; whether it makes sense is the command's to say
  CHECK(negative.values.seats == -1);
}

TEST_CASE("formats of a command are its own") {
  World world;
  world.parse({"-o", "markdown", "tenant", "list"});
  CHECK(world.settings.output == "markdown");
  CHECK(create_refusal({"-o", "markdown"}) ==
        "--output: 'markdown' is not one of table, wide, json, jsonl, yaml, csv, name");
  CHECK(
      refusal({"tenant", "list", "-o", "markdwn"}) ==
      "--output: 'markdwn' is not one of table, wide, json, jsonl, yaml, csv, name, markdown, junit; did you mean 'markdown'?");
}

TEST_CASE("help is wanted wherever it is asked for") {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"--help"},
                                             {"tenant", "--help"},
                                             {"tenant", "create", "-h"},
                                             {"tenant", "-h", "create", "--nonsense"}}) {
    World world;
    CHECK(world.parse(words).help);
  }
  World world;
  CHECK(world.parse({"-h", "tenant", "create"}).path.size() == 2);
}

TEST_CASE("flag, then environment, then context, then default") {
  const std::string file = "current: a\ncontexts:\n  a: {output: yaml, parallel: 3}\n  b: {output: csv}\n";
  World world;
  world.configure(file);
  const auto output = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"tenant", "list"};
    words.insert(words.end(), more.begin(), more.end());
    world.settings = Settings();
    world.parse(words);
    return world.settings.output;
  };
  CHECK(output({}) == "yaml");
  CHECK(world.settings.parallel == 3);
  CHECK(output({"--context=b"}) == "csv");
  CHECK(world.settings.parallel == 8);
  setenv("ACCTL_CONTEXT", "b", 1);
  CHECK(output({}) == "csv");
  CHECK(output({"--context=a"}) == "yaml");
  setenv("ACCTL_OUTPUT", "json", 1);
  CHECK(output({}) == "json");
  CHECK(output({"-o", "name"}) == "name");
  unsetenv("ACCTL_CONTEXT");
  unsetenv("ACCTL_OUTPUT");
  world.configure("contexts: {}\n");
  CHECK(output({}) == "table");
}

TEST_CASE("what stands in for a flag is checked like one") {
  World world;
  const auto problem = [&] {
    world.settings.context.clear();  // that of the file before
    try {
      world.parse({"tenant", "list"});
    } catch (const acctl::Error& error) {
      std::string text = error.what();
      for (const acctl::Diagnostic& one : error.diagnostics()) text += "\n" + acctl::diagnostic_words(one);
      return text;
    }
    return std::string("none");
  };
  setenv("ACCTL_OUTPUT", "xml", 1);
  CHECK(problem().starts_with("$ACCTL_OUTPUT: 'xml' is not one of table"));
  unsetenv("ACCTL_OUTPUT");
  world.configure("current: a\ncontexts: {a: {output: xml}}\n");
  CHECK_THAT(problem(), Catch::Contains("config.yaml:2:24: output: 'xml' is not one of table"));
  world.configure("current: a\ncontexts: {a: {parallel: many}}\n");
  CHECK(problem().ends_with("config.yaml:2:26: parallel: 'many' is not a whole number"));
  world.configure("current: gone\ncontexts: {a: {}}\n");
  CHECK(problem().starts_with("there is no context 'gone'"));
  world.configure("current: a\ncontexts: {a: {ouput: json}}\n");
  CHECK(problem() != "none");
  world.configure("current: a\ncontexts: {a: 5}\n");
  CHECK(problem() != "none");
  world.configure("- a\n");
  CHECK(problem() != "none");
  world.configure("contexts: [a]\n");
  CHECK(problem() != "none");
  world.configure("curent: a\n");
  CHECK(problem() != "none");
  world.configure("contexts:\n");
  CHECK(problem() == "none");
}

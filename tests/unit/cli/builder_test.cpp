#include "cli/builder.hpp"

#include <optional>

#include "cli/session.hpp"
#include "tests/support/catch.hpp"

namespace {

struct BuiltOptions {
  std::vector<std::string> keys;
  std::string place;
  std::string kind;
  std::string note;
  std::optional<std::int64_t> seats;
  std::int64_t limit = 50;
  bool force = false;
  std::vector<std::string> files;
};

int built_status = 0;

int run_built(acctl::Session&, const BuiltOptions& options) {
  return built_status + static_cast<int>(options.limit) + (options.force ? 1 : 0);
}

int run_nothing(acctl::Session&, const acctl::NoOptions&) { return 7; }

void run_silently(acctl::Session&, const acctl::NoOptions&) {}

std::vector<acctl::Option> shared_options(std::vector<std::string>& files, bool& force) {
  return {acctl::parse_option("-f, --file FILE", "files", &files), acctl::parse_option("--force", "force", &force)};
}

acctl::Argument shared_argument(std::string& place) { return acctl::parse_argument("[PLACE]", "where", &place); }

acctl::Command built() {
  return acctl::command<BuiltOptions>("build", "build something", run_built)
      .describe(R"(
Builds something
from keys.)")
      .argument("KEY...", "keys", &BuiltOptions::keys)
      .with(shared_argument, &BuiltOptions::place)
      .choices({"here", "there"})
      .values(acctl::Values::tenants)
      .option("--kind KIND", "kind of the thing", &BuiltOptions::kind)
      .required()
      .choices({"a", "b"})
      .values(acctl::Values::kinds)
      .option("--note TEXT", "note", &BuiltOptions::note)
      .clears()
      .longest(200)
      .suggestions({"none"})
      .option("--seats N", "seats", &BuiltOptions::seats)
      .option("--limit N", "limit (default: 50)", &BuiltOptions::limit)
      .with(shared_options, &BuiltOptions::files, &BuiltOptions::force)
      .example("acctl build x --kind a", "An example.")
      .example("acctl build y --kind b", "Another one.")
      .formats({"markdown"})
      .trail(acctl::Trail::nothing);
}

// The runs of this file do not look at their session.
int status_of(const acctl::Command& command) {
  const acctl::Command root;
  acctl::Session session(root, {}, {}, {});
  return command.run(session);
}

acctl::Command role_group() {
  return acctl::command_group("role", "manage roles", "\nManages\nroles.\n",
                              {[] { return acctl::Command{.name = "list"}; }, built});
}

}  // namespace

TEST_CASE("a run of empty lines ends one paragraph") {
  CHECK(acctl::flowed("\none\ntwo\n\n\n\nthree\n") == "one two\n\nthree");
}

TEST_CASE("builder: text flows, paragraphs and indented lines stay") {
  using acctl::flowed;
  CHECK(flowed("").empty());
  CHECK(flowed("\n\n").empty());
  CHECK(flowed("one line") == "one line");
  CHECK(flowed("\nfirst\nsecond\n") == "first second");
  CHECK(flowed("\nfirst\nsecond\n\nnext\none\n") == "first second\n\nnext one");
  CHECK(flowed("see:\n  a\n  b\nafter that\nmore") == "see:\n  a\n  b\nafter that more");
  CHECK(flowed("end  \n \n") == "end");
}

TEST_CASE("builder: the form of an argument says whether it may be left out") {
  std::string one;
  const acctl::Argument required = acctl::parse_argument("SLUG", "the tenant", &one);
  CHECK(required.name == "SLUG");
  CHECK(required.help == "the tenant");
  CHECK(required.required);
  CHECK(std::get<std::string*>(required.target) == &one);
  const acctl::Argument optional = acctl::parse_argument("[KIND[.FIELD]]", "what", &one);
  CHECK(optional.name == "KIND[.FIELD]");
  CHECK_FALSE(optional.required);
  std::vector<std::string> many;
  CHECK(acctl::parse_argument("ROLE...", "roles", &many).name == "ROLE");
  const acctl::Argument rest = acctl::parse_argument("[EMAIL...]", "users", &many);
  CHECK(rest.name == "EMAIL");
  CHECK_FALSE(rest.required);
}

TEST_CASE("builder: the form of an option says its letter, name and value") {
  std::string text;
  bool flag = false;
  const acctl::Option plain = acctl::parse_option("--name NAME", "display name", &text);
  CHECK(plain.name == "--name");
  CHECK(plain.value == "NAME");
  CHECK(plain.help == "display name");
  CHECK(plain.letter == 0);
  CHECK_FALSE(plain.required);
  const acctl::Option lettered = acctl::parse_option("-f, --file PATH|-", "file", &text);
  CHECK(lettered.name == "--file");
  CHECK(lettered.value == "PATH|-");
  CHECK(lettered.letter == 'f');
  const acctl::Option on = acctl::parse_option("-q, --quiet", "be quiet", &flag);
  CHECK(on.name == "--quiet");
  CHECK(on.value.empty());
  CHECK(on.letter == 'q');
}

TEST_CASE("builder: each method fills its part of the command") {
  const acctl::Command command = built();
  CHECK(command.name == "build");
  CHECK(command.summary == "build something");
  CHECK(command.description == "Builds something from keys.");
  CHECK(command.formats == std::vector<std::string>{"markdown"});
  CHECK(command.trail == acctl::Trail::nothing);
  CHECK(command.subcommands.empty());
  REQUIRE(command.examples.size() == 2);
  CHECK(command.examples[1].command == "acctl build y --kind b");
  CHECK(command.examples[1].what == "Another one.");

  REQUIRE(command.arguments.size() == 2);
  CHECK(command.arguments[0].required);
  CHECK_FALSE(command.arguments[1].required);
  CHECK(command.arguments[1].choices == std::vector<std::string>{"here", "there"});
  CHECK(command.arguments[1].values == acctl::Values::tenants);

  REQUIRE(command.options.size() == 6);
  const acctl::Option& kind = command.options[0];
  CHECK(kind.required);
  CHECK(kind.choices == std::vector<std::string>{"a", "b"});
  CHECK(kind.values == acctl::Values::kinds);
  const acctl::Option& note = command.options[1];
  CHECK(note.clears);
  CHECK(note.longest == 200);
  CHECK(note.suggestions == std::vector<std::string>{"none"});
  CHECK_FALSE(note.required);
  CHECK(std::holds_alternative<std::optional<std::int64_t>*>(command.options[2].target));
  CHECK(command.options[4].letter == 'f');
  CHECK(command.options[5].name == "--force");
}

TEST_CASE("builder: what an option or argument required concerns is the one before it") {
  const acctl::Command command =
      acctl::command<BuiltOptions>("x", "x", run_built).argument("[PLACE]", "where", &BuiltOptions::place).required();
  CHECK(command.arguments.at(0).required);
}

TEST_CASE("builder: targets lead to the options that the run is given, as long as the command lives") {
  acctl::Command copy;
  {
    const acctl::Command command = built();
    copy = command;
  }
  *std::get<std::int64_t*>(copy.options[3].target) = 10;
  *std::get<bool*>(copy.options[5].target) = true;
  built_status = 100;
  CHECK(status_of(copy) == 111);
  // Each command that is built has options of its own.
  CHECK(status_of(built()) == 150);
}

TEST_CASE("builder: a command without options, and a noun that groups commands") {
  const acctl::Command nothing = acctl::command("version", "show the version", run_nothing).describe("Shows it.");
  CHECK(nothing.options.empty());
  CHECK(status_of(nothing) == 7);
  CHECK(status_of(acctl::command("silent", "say nothing", run_silently)) == 0);
  const acctl::Command noun = role_group();
  CHECK(noun.description == "Manages roles.");
  CHECK(noun.run == nullptr);
  CHECK(noun.subcommands.empty());  // until somebody needs them
  const acctl::Command whole = acctl::with_subcommands(acctl::command_group("all", "all", "All.", {role_group}));
  REQUIRE(whole.subcommands.size() == 1);
  REQUIRE(whole.subcommands[0].subcommands.size() == 2);
  CHECK(whole.subcommands[0].subcommands[1].name == "build");
}

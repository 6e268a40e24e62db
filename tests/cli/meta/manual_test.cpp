// The manual pages as a reader sees them.
#include <filesystem>
#include <fstream>

#include "cli/app.hpp"
#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "man/definitions.hpp"
#include "man/list_files.hpp"
#include "man/pages.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/tenants/request_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::Command;
using acctl::ManualPage;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;

namespace {

Result mandoc(const ManualPage& page, std::vector<std::string> options) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/" + page.name + "." + std::to_string(page.section);
  std::ofstream(path) << page.text;
  options.insert(options.begin(), "mandoc");
  options.push_back(path);
  return run_program({.words = options, .environment = {{"PATH", std::getenv("PATH")}}, .input = ""});
}

// What the page reads on a terminal: without overstrikes, all white space a single blank.
std::string rendered(const ManualPage& page) {
  const std::string raw = mandoc(page, {"-Tutf8", "-Owidth=250"}).out;
  std::string text;
  for (const char c : raw) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (c == '\b') {
      if (!text.empty()) text.pop_back();
    } else if (!blank || (!text.empty() && text.back() != ' ')) {
      text += blank ? ' ' : c;
    }
  }
  return text;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void check_command(const std::string& page, const Command& command, const std::string& words) {
  INFO(words);
  if (command.run) CHECK(contains(page, words));
  for (const acctl::Argument& argument : command.arguments) CHECK(contains(page, argument.help));
  for (const acctl::Option& option : command.options) {
    INFO(option.name);
    CHECK(contains(page, acctl::option_signature(option)));
    CHECK(contains(page, option.help));
  }
  for (const acctl::Example& example : command.examples) CHECK(contains(page, example.command));
  for (const Command& sub : command.subcommands) check_command(page, sub, words + " " + sub.name);
}

// Text that roff would take for something else wherever it stands.
Command hostile() {
  static std::string text;
  Command command{
      .name = "odd", .summary = "Ar Fl . it's odd", .description = ".Sh not\n'br a section.\nC:\\new \\fB ^~`"};
  command.options = {{.name = "--ar", .value = "Ar", .help = ".\\\" comment - \"quoted\" it's", .target = &text}};
  command.examples = {{".Sh 'x' \\n \"$(acctl odd --ar '~')\" ^", "'Ns, - and ... ä."}};
  command.run = [](acctl::Session&) { return 0; };
  Command root{.name = "acctl", .summary = "root", .description = "Root."};
  root.subcommands = {command};
  return root;
}

}  // namespace

TEST_CASE("every page passes the linter") {
  std::vector<ManualPage> pages = acctl::manual_pages(acctl::command_tree());
  pages.push_back(acctl::definitions_page());
  for (const ManualPage& page : acctl::list_file_pages()) pages.push_back(page);
  for (const ManualPage& page : pages) {
    const Result result = mandoc(page, {"-Tlint", "-Wwarning"});
    INFO(page.name << ": " << result.out << result.err);
    CHECK(result.status == 0);
  }
}

TEST_CASE("every command appears with its options and examples") {
  const Command root = acctl::command_tree();
  const std::vector<ManualPage> pages = acctl::manual_pages(root);
  const std::string overview = rendered(pages.at(0));
  REQUIRE(pages.size() == root.subcommands.size() + 1);
  for (std::size_t i = 0; i < root.subcommands.size(); ++i) {
    const Command& command = root.subcommands[i];
    CHECK(pages[i + 1].name == "acctl-" + command.name);
    CHECK(contains(overview, "acctl-" + command.name + "(1) " + command.summary));
    check_command(rendered(pages[i + 1]), command, "acctl " + command.name);
  }
}

TEST_CASE("the overview holds what all commands share") {
  const std::string page = rendered(acctl::manual_pages(acctl::command_tree()).at(0));
  for (const acctl::Option& option : acctl::documented_global_options()) {
    CHECK(contains(page, acctl::option_signature(option)));
    if (!option.environment.empty()) CHECK(contains(page, option.environment + " replaces " + option.name));
  }
}

TEST_CASE("every page tells the exit codes") {
  for (const ManualPage& page : acctl::manual_pages(acctl::command_tree())) {
    const std::string text = rendered(page);
    for (const acctl::ExitCode& entry : acctl::exit_codes()) {
      INFO(page.name << " " << entry.code);
      CHECK(contains(text, " " + std::to_string(entry.code) + " " + std::string(entry.meaning)));
    }
  }
}

TEST_CASE("the page of the definitions names every kind, field and key") {
  const ManualPage manual = acctl::definitions_page();
  CHECK(manual.section == 5);
  const std::string page = rendered(manual);
  for (const acctl::Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    if (kind.internal) continue;
    CHECK(contains(page, " " + std::string(kind.name) + " " + std::string(kind.summary)));
    for (const acctl::List& list : kind.lists) CHECK(contains(page, std::string(list.help)));
    if (kind.value_only) continue;
    for (const acctl::Field& field : kind.fields) {
      INFO(field.name);
      CHECK(contains(page, " " + std::string(field.name) + " " + acctl::explanation_of(field)));
    }
  }
  for (const acctl::DocumentKey& key : acctl::document_keys()) {
    INFO(key.name);
    CHECK(contains(page, " " + std::string(key.name) + " " + std::string(key.help)));
    for (const acctl::DocumentKey& entry : key.entries) CHECK(contains(page, std::string(entry.help)));
  }
}

TEST_CASE("text comes out of a page as it went in") {
  const ManualPage page = acctl::manual_pages(hostile()).at(1);
  const Result lint = mandoc(page, {"-Tlint", "-Wwarning"});
  INFO(lint.out << page.text);
  CHECK(lint.status == 0);
  const std::string text = rendered(page);
  INFO(text);
  for (const char* part :
       {"Ar Fl . it's odd", ".Sh not", "'br a section.", "C:\\new \\fB ^~`", "--ar Ar",
        ".\\\" comment - \"quoted\" it's", ".Sh 'x' \\n \"$(acctl odd --ar '~')\" ^", "'Ns, - and ... ä."}) {
    INFO(part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("the program writes its pages") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const std::vector<ManualPage> pages = acctl::manual_pages(acctl::command_tree());
  REQUIRE(acctl({"manual", "--directory", folder.path() + "/a/b"}).status == 0);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/a/b/man1"))
    files += entry.is_regular_file();
  CHECK(files == pages.size());
  CHECK(std::filesystem::is_regular_file(folder.path() + "/a/b/man5/acctl-definitions.5"));
  CHECK(acctl({"manual", "acctl-definitions"}).out == acctl::definitions_page().text);
  CHECK(acctl({"manual", "version"}).out.starts_with(".\\\" Made by"));
  CHECK(acctl({"manual", "verison"}).status == 3);
  CHECK(acctl({"manual", "--directory", "/dev/null/x"}).status == 1);
  CHECK(acctl({"manual", "-o", "json"}).json().size() == pages.size() + 3);
}

TEST_CASE("the pages of lists and the help of their commands name every column") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  for (const ManualPage& page : acctl::list_file_pages()) {
    const bool people = page.name == "acctl-people";
    const std::string text = rendered(page);
    const std::string help = acctl(people ? std::vector<std::string>{"user", "sync", "--help"}
                                          : std::vector<std::string>{"tenant", "create", "--help"})
                                 .out;
    for (const acctl::CsvColumn& column : people ? acctl::people_columns() : acctl::tenant_columns()) {
      INFO(page.name << " " << column.name);
      CHECK(contains(text, std::string(column.name)));
      CHECK(contains(help, std::string(column.name)));
    }
  }
}

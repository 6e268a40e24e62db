// The manual pages as a reader sees them: whole, linked, without complaints of the linter, and true to what the program
// takes, reads and ends with.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "cli/app.hpp"
#include "cli/exit_codes.hpp"
#include "cli/help.hpp"
#include "cli/settings.hpp"
#include "man/html.hpp"
#include "man/pages.hpp"
#include "man/roff.hpp"
#include "man/texts.hpp"
#include "provisioning/access/invitee_file.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/platform/mail_settings.hpp"
#include "provisioning/tenants/request_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using acctl::Block;
using acctl::Command;
using acctl::ManualPage;
using acctl::PageEntry;
using acctl::test::Result;
using acctl::test::run_program;
using acctl::test::TemporaryFolder;

namespace {

const Command& root() {
  static const Command tree = acctl::command_tree();
  return tree;
}

std::vector<ManualPage> all_pages() {
  std::vector<ManualPage> pages;
  for (const PageEntry& entry : acctl::list_pages(root())) pages.push_back(acctl::make_page(root(), entry));
  return pages;
}

ManualPage page_named(const std::string& name) { return acctl::make_page(root(), acctl::find_page(root(), name)); }

std::string write_page(const std::string& folder, const ManualPage& page) {
  const std::string section = std::to_string(page.section);
  std::filesystem::create_directories(folder + "/man" + section);
  const std::string path = folder + "/man" + section + "/" + page.name + "." + section;
  std::ofstream(path) << acctl::render_roff(page);
  return path;
}

Result mandoc(const ManualPage& page, std::vector<std::string> options) {
  const TemporaryFolder folder;
  options.insert(options.begin(), "mandoc");
  options.push_back(write_page(folder.path(), page));
  return run_program({.words = options, .environment = {{"PATH", std::getenv("PATH")}}, .input = ""});
}

// What the page reads on a terminal: without overstrikes, all white space a single blank.
std::string rendered(const ManualPage& page) {
  const std::string raw = mandoc(page, {"-Tutf8", "-Owidth=250"}).out;
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool wide = raw.compare(i, 2, "\xC2\xA0") == 0;  // a blank that does not break
    if (wide) ++i;
    const char c = wide ? ' ' : raw[i];
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

// Without the marks of code and with single blanks, as rendered() has it.
std::string as_read(const std::string& text) {
  std::string plain = acctl::plain_text(acctl::parse_line(text));
  return std::regex_replace(plain, std::regex(" +"), " ");
}

struct Named {
  std::string page;
  const Command* command;
};

void collect(const Command& command, const std::string& page, std::vector<Named>& all) {
  all.push_back({page, &command});
  for (const Command& sub : command.subcommands) collect(sub, page + "-" + sub.name, all);
}

std::vector<Named> commands() {
  std::vector<Named> all;
  collect(root(), "acctl", all);
  return all;
}

void collect_links(const std::vector<Block>& blocks, std::set<std::string>& links) {
  const auto of_line = [&](const acctl::Line& line) {
    for (const acctl::TextSpan& span : line) {
      if (span.kind == acctl::TextSpan::Kind::link) links.insert(span.text);
    }
  };
  for (const Block& block : blocks) {
    of_line(block.line);
    for (const auto& row : block.rows) std::ranges::for_each(row, of_line);
    for (const acctl::Item& item : block.items) {
      std::ranges::for_each(item.terms, of_line);
      collect_links(item.body, links);
    }
  }
}

// All texts of the program's own sources.
std::string sources(const std::vector<std::string>& folders) {
  std::ostringstream text;
  for (const std::string& folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(ACCTL_SOURCE) + "/" + folder)) {
      if (entry.path().extension() == ".cpp") text << std::ifstream(entry.path()).rdbuf();
    }
  }
  return text.str();
}

std::set<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::set<std::string> all;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern); at != std::sregex_iterator(); ++at) {
    all.insert((*at)[1].str());
  }
  return all;
}

// Text that roff would take for something else wherever it stands.
Command hostile() {
  static std::string text;
  Command command{
      .name = "odd", .summary = "Ar Fl . it's odd", .description = ".Sh not\n'br a section.\nC:\\new \\fB ^~`"};
  command.options = {acctl::parse_option("--ar Ar", ".\\\" comment - \"quoted\" it's", &text)};
  command.examples = {{".Sh 'x' \\n \"$(acctl odd --ar '~')\" ^", "'Ns, - and ... ä."}};
  command.run = [](acctl::Session&) { return 0; };
  Command tree{.name = "acctl", .summary = "root", .description = "Root."};
  tree.subcommands = {command};
  return tree;
}

}  // namespace

TEST_CASE("the linter has nothing to say about any page") {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const ManualPage& page : all_pages()) paths.push_back(write_page(folder.path(), page));
  std::vector<std::string> words = {"mandoc", "-Tlint", "-Wstyle"};
  words.insert(words.end(), paths.begin(), paths.end());
  const Result result = run_program(
      {.words = words, .environment = {{"PATH", std::getenv("PATH")}, {"MANPATH", folder.path()}}, .input = ""});
  INFO(result.out << result.err);
  std::istringstream lines(result.out + result.err);
  std::size_t complaints = 0;
  for (std::string line; std::getline(lines, line);) {
    // Pages are looked for in a database that this folder does not have; links are checked below.
    const bool database = contains(line, "mandoc.db") || contains(line, "referenced manual not found");
    complaints += database || line.empty() ? 0 : 1;
  }
  CHECK(complaints == 0);
}

TEST_CASE("every command has a page with its options, exit codes and examples") {
  for (const auto& [name, command] : commands()) {
    if (command == &root()) continue;
    INFO(name);
    const std::string page = rendered(page_named(name));
    CHECK(contains(page, as_read(command->summary)));
    if (!command->run) {
      for (const Command& verb : command->subcommands) CHECK(contains(page, name + "-" + verb.name + "(1)"));
      continue;
    }
    for (const acctl::Argument& argument : command->arguments) CHECK(contains(page, as_read(argument.help)));
    for (const acctl::Option& option : command->options) {
      INFO(option.name);
      if (option.group != acctl::OptionGroup::own) {
        CHECK(contains(page, option.name));
        continue;
      }
      CHECK(contains(page, acctl::option_signature(option)));
      CHECK(contains(page, as_read(option.help)));
    }
    for (const acctl::ExitCode& code : acctl::collect_exit_codes(*command)) {
      CHECK(contains(page, " " + std::to_string(code.code) + " " + as_read(std::string(code.meaning))));
    }
    for (const acctl::Example& example : command->examples)
      CHECK(contains(page, std::regex_replace(example.command, std::regex(" +"), " ")));
  }
}

TEST_CASE("the shared options are described once") {
  const std::string overview = rendered(page_named("acctl"));
  const std::string guards = rendered(page_named("acctl-guards"));
  for (const auto& [name, command] : commands()) {
    for (const acctl::Option& option : command->options) {
      INFO(name << " " << option.name);
      if (option.group == acctl::OptionGroup::guards) CHECK(contains(guards, as_read(option.help)));
      if (option.group == acctl::OptionGroup::tenants) CHECK(contains(overview, as_read(option.help)));
    }
  }
}

TEST_CASE("the overview has every command, global option, default and exit code") {
  const std::string page = rendered(page_named("acctl"));
  for (const Command& command : root().subcommands)
    CHECK(contains(page, "acctl-" + command.name + "(1) " + command.summary));
  for (const acctl::Option& option : acctl::documented_global_options()) {
    INFO(option.name);
    CHECK(contains(page, acctl::option_signature(option)));
    CHECK(contains(page, option.help));
  }
  for (const acctl::ExitCode& entry : acctl::exit_codes()) {
    CHECK(contains(page, " " + std::to_string(entry.code) + " " + std::string(entry.meaning)));
  }
}

TEST_CASE("the help of an option says its default") {
  acctl::Settings settings;
  const std::vector<acctl::Option> globals = acctl::global_options(settings);
  const auto check = [](const std::string& where, const acctl::Option& option) {
    INFO(where << " " << option.name << ": " << option.help);
    std::string fallback;
    if (const auto* number = std::get_if<std::int64_t*>(&option.target); number != nullptr && **number != 0) {
      fallback = std::to_string(**number);
    }
    if (const auto* text = std::get_if<std::string*>(&option.target)) fallback = **text;
    CHECK((fallback.empty() || contains(option.help, "(default: " + fallback + ")") ||
           contains(option.help, "(default: " + fallback + ",")));
  };
  for (const acctl::Option& option : globals) check("acctl", option);
  for (const auto& [name, command] : commands()) {
    for (const acctl::Option& option : command->options) check(name, option);
  }
}

TEST_CASE("the overview names every variable and file that the program reads") {
  const std::string page = rendered(page_named("acctl"));
  const std::string code = sources({"cli", "commands", "provisioning"});
  std::set<std::string> variables = matches(code, std::regex(R"re(getenv\("([A-Z_]+)"\))re"));
  variables.merge(
      matches(code, std::regex(R"re("((?:PG|GITHUB_|GITLAB_|CI_|BUILDKITE_|BUILD_|GIT_|ACCTL_)[A-Z_]+)")re")));
  for (const std::string& variable : variables) {
    INFO(variable);
    CHECK(contains(page, variable));
  }
  CHECK(variables.size() > 25);
  for (const char* file : {"acctl/config.yaml", "acctl/platform.key", "acctl/local", "acctl/storage", "acctl/mail"}) {
    CHECK(contains(page, std::string("/") + file));
  }
}

TEST_CASE("every link of the manual leads to a page") {
  std::set<std::string> known;
  for (const PageEntry& entry : acctl::list_pages(root()))
    known.insert(entry.name + "(" + std::to_string(entry.section) + ")");
  const std::set<std::string> foreign = {"psql(1)", "logrotate(8)"};
  for (const ManualPage& page : all_pages()) {
    std::set<std::string> links;
    collect_links(page.blocks, links);
    for (const std::string& link : links) {
      INFO(page.name << " links " << link);
      CHECK((known.contains(link) || foreign.contains(link)));
    }
    CHECK(!links.empty());
  }
  // The overview leads to every page that is no command's.
  const std::string overview = rendered(page_named("acctl"));
  for (const PageEntry& entry : acctl::list_pages(root())) {
    INFO(entry.name);
    if (entry.section != 1) CHECK(contains(overview, entry.name + "(" + std::to_string(entry.section) + ")"));
  }
}

TEST_CASE("the page of kinds names every field, list and term") {
  const std::string page = rendered(page_named("acctl-kinds"));
  for (const acctl::Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    if (kind.internal) continue;
    CHECK(contains(page, as_read(std::string(kind.summary))));
    for (const acctl::List& list : kind.lists) CHECK(contains(page, as_read(std::string(list.help))));
    if (kind.value_only) continue;
    for (const acctl::Field& field : kind.fields) {
      INFO(field.name);
      CHECK(contains(page, " " + std::string(field.name) + " " + as_read(acctl::describe_property(field))));
    }
  }
  for (const acctl::DocumentForm& form : acctl::document_forms()) {
    for (const acctl::Term& term : form.terms) {
      INFO(form.kind << "." << form.field << " " << term.name);
      CHECK(contains(page, " " + std::string(term.name) + " " + as_read(std::string(term.help))));
    }
  }
}

TEST_CASE("the page of the definitions names every key") {
  const std::string page = rendered(page_named("acctl-definitions"));
  for (const acctl::DocumentKey& key : acctl::document_keys()) {
    INFO(key.name);
    CHECK(contains(page, " " + std::string(key.name) + " " + as_read(std::string(key.help))));
    for (const acctl::DocumentKey& entry : key.entries) CHECK(contains(page, as_read(std::string(entry.help))));
  }
}

TEST_CASE("the pages of lists and the help of their commands name every column") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const auto check = [&](const std::string& name, const std::vector<std::string>& command,
                         const std::vector<acctl::CsvColumn>& columns) {
    const std::string text = rendered(page_named(name));
    const std::string help = acctl(command).out;
    for (const acctl::CsvColumn& column : columns) {
      INFO(name << " " << column.name);
      CHECK(contains(text, std::string(column.name)));
      CHECK(contains(help, std::string(column.name)));
    }
  };
  check("acctl-people", {"user", "sync", "--help"}, acctl::people_columns());
  check("acctl-tenants", {"tenant", "create", "--help"}, acctl::tenant_columns());
  const std::string platform = rendered(page_named("acctl-platform(5)"));
  for (const acctl::MailField& field : acctl::mail_fields()) CHECK(contains(platform, std::string(field.help)));
}

TEST_CASE("text comes out of a page as it went in") {
  const Command tree = hostile();
  const ManualPage page = acctl::make_page(tree, acctl::list_pages(tree).at(1));
  const Result lint = mandoc(page, {"-Tlint", "-Wwarning"});
  INFO(lint.out << acctl::render_roff(page));
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
  const std::vector<PageEntry> pages = acctl::list_pages(root());
  REQUIRE(acctl({"manual", "--directory", folder.path() + "/a/b"}).status == 0);
  for (const PageEntry& page : pages) {
    const std::string section = std::to_string(page.section);
    INFO(page.name);
    CHECK(std::filesystem::is_regular_file(folder.path() + "/a/b/man" + section + "/" + page.name + "." + section));
  }
  CHECK(acctl({"manual", "version"}).out.starts_with("NAME\n    acctl-version - "));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"manual", "5", "plan"},
                                                {"manual", "plan", "5"},
                                                {"manual", "plan.5"},
                                                {"manual", "acctl-plan(5)"},
                                                {"help", "5", "acctl-plan"}}) {
    CHECK(acctl(words).out.starts_with("NAME\n    acctl-plan - saved plans"));
  }
  CHECK(acctl({"manual", "plan"}).out.starts_with("NAME\n    acctl-plan - show what apply"));
  CHECK(acctl({"manual", "tenant", "create"}).out.starts_with("NAME\n    acctl-tenant-create - "));
  CHECK(acctl({"manual", "7", "plan"}).status == 3);
  CHECK(acctl({"manual", "verison"}).status == 3);
  CHECK(acctl({"manual", "--directory", "/dev/null/x"}).status == 1);
  CHECK(acctl({"manual", "-o", "json"}).json().size() == pages.size());
}

TEST_CASE("the HTML manual is one folder in which every link leads somewhere") {
  const TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const std::string site = folder.path() + "/site";
  REQUIRE(acctl({"manual", "--html", site}).status == 0);
  const std::regex link(R"re((?:href|src)="([^"#]+)(?:#[^"]*)?")re");
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(site)) {
    if (entry.path().extension() != ".html") continue;
    ++pages;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    for (const std::string& target : matches(text.str(), link)) {
      INFO(entry.path().filename() << " links " << target);
      CHECK(std::filesystem::exists(site + "/" + target));
    }
    CHECK(contains(text.str(), "<html lang=\"en\">"));
  }
  CHECK(pages == acctl::list_pages(root()).size() + 1);
  CHECK(std::filesystem::exists(site + "/search-index.js"));
  CHECK(acctl({"manual", "--html", "/dev/null/x"}).status == 1);
}

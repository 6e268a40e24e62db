// What the manual shows is what the program prints: every example of every command, and every command with its output
// in the guides, run in a room of its own. With ACCTL_RENEW_MANUAL=1 in the environment the outputs are written anew
// into man/examples and man/texts instead of compared.
#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "cli/app.hpp"
#include "cli/exit_codes.hpp"
#include "man/examples.hpp"
#include "man/pages.hpp"
#include "man/texts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/example_room.hpp"
#include "tests/support/local_server.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Command;
using acctl::ExampleFile;
using acctl::test::abridged;
using acctl::test::ExampleRoom;
using acctl::test::ExampleRun;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::renews_manual;

namespace {

constexpr std::size_t most_lines = 30;

struct Leaf {
  std::string name;  // "tenant-create"
  const Command* command;
};

void collect(const Command& command, const std::string& name, std::vector<Leaf>& leaves) {
  if (command.run) leaves.push_back({name, &command});
  for (const Command& sub : command.subcommands) collect(sub, name.empty() ? sub.name : name + "-" + sub.name, leaves);
}

// What has to be there before the examples of a page, and is not shown.
std::vector<std::string> setup(const std::string& name) {
  const std::string acme = " -t acme --yes";
  const std::string umbrella = "acctl enterprise create umbrella --name 'Umbrella Group'";
  const std::string msp = "acctl tenant create umbrella --name Umbrella --admin-email ana@umbrella.example --pack msp";
  const std::string triage = "acctl role create triage --name Triage --permission tickets.view,tickets.assign -t acme";
  const std::string cleo = "acctl user invite cleo@acme.example --name 'Cleo Cook' --role support-agent -t acme";
  const std::string production =
      "acctl config set production database=postgresql://acctl@db.example.org/acctl protected=true";
  const std::string staging = "acctl config set staging database=service=staging tenant=acme";
  const std::string spare = "acctl role grant admin ben@acme.example -t acme";
  static const std::map<std::string, std::vector<std::string>> all = {
      {"apply", {"acctl plan -f teams.yaml -t acme --out plan.json"}},
      {"api-key-list", {"acctl api-key create ana@acme.example --name ci -t acme -o name"}},
      {"api-key-revoke",
       {"acctl api-key create ana@acme.example --name ci -t acme -o name",
        "acctl api-key create organization --name backup --permission reports.export -t acme -o name"}},
      {"api-key-create", {umbrella, msp, "acctl enterprise add-tenant umbrella umbrella --yes"}},
      {"audit-verify", {"acctl audit head > head.txt"}},
      {"config-list", {production, staging}},
      {"config-show", {production}},
      {"config-unset", {staging}},
      {"config-use", {staging}},
      {"drift",
       {"acctl apply -f roles.yaml --all --yes", "acctl role edit triage --add-permission tickets.delete -t acme"}},
      {"enterprise-add-tenant", {umbrella}},
      {"enterprise-grant", {umbrella, msp, "acctl enterprise add-tenant umbrella umbrella --yes"}},
      {"enterprise-revoke",
       {umbrella, msp, "acctl enterprise add-tenant umbrella umbrella --yes",
        "acctl enterprise grant umbrella ana@umbrella.example enterprise-admin --yes",
        "acctl enterprise grant umbrella eva@umbrella.example enterprise-admin --yes"}},
      {"enterprise-list", {umbrella}},
      {"enterprise-remove-tenant", {umbrella, "acctl enterprise add-tenant umbrella acme globex --yes"}},
      {"enterprise-show", {umbrella, "acctl enterprise add-tenant umbrella acme globex --yes"}},
      {"enterprise-users", {umbrella, "acctl enterprise add-tenant umbrella acme globex --yes"}},
      {"import",
       {"acctl export -t acme > acme.yaml",
        "acctl tenant create acme-test --name 'Acme (test)' --admin-email it@acme.example"}},
      {"log", {"acctl apply -f roles.yaml -t acme --yes"}},
      {"undo", {"acctl apply -f roles.yaml -t acme --yes"}},
      {"outbox-list", {cleo + " --no-mail"}},
      {"outbox-deliver", {cleo + " --no-mail"}},
      {"outbox-retry", {cleo}},
      {"role-delete", {triage}},
      {"role-edit", {triage}},
      {"role-list", {"acctl role grant team-lead ben@acme.example --until 6d -t acme"}},
      {"role-revoke", {"acctl role grant team-lead ana@acme.example -t acme"}},
      {"role-template-create", {"acctl role-template delete night-shift -t acme --yes"}},
      {"role-template-delete",
       {"acctl role-template create day-shift --name 'Day shift' --permission tickets.view -t acme"}},
      {"role-template-unassign", {"acctl role-template assign night-shift ana@acme.example -t acme"}},
      {"team-add", {cleo}},
      {"team-create", {"acctl team delete tier-1 -t acme --yes"}},
      {"team-remove", {"acctl team add tier-1 ana@acme.example -t acme"}},
      {"test", {"acctl apply -f roles.yaml --all --yes"}},
      {"tenant-create", {"acctl tenant delete acme --confirm acme --hold 0"}},
      {"tenant-archive-list", {"acctl tenant delete acme --confirm acme"}},
      {"tenant-archive-show", {"acctl tenant delete acme --confirm acme"}},
      {"tenant-drift", {"acctl tenant apply -f tenants.yaml --yes", "acctl tenant label acme tier=silver"}},
      {"tenant-resume", {"acctl tenant suspend acme --yes"}},
      {"tenant-purge",
       {"acctl tenant delete acme --confirm acme",
        "psql -qc \"update acctl.tenants set hold_until = now() where slug = 'acme'\" \"$ACCTL_DATABASE_URL\""}},
      {"user-accept",
       {"acctl user invite cleo@acme.example -t acme --print-link -o json | grep -o 'https:[^\"]*' > "
        "token; chmod 600 token"}},
      {"user-deactivate", {spare}},
      {"user-delete", {spare}},
      {"user-edit", {spare}},
      {"user-invite", {"printf 'Tr0ub4dor-and-staple\\n' > gil.password; chmod 600 gil.password"}},
      {"user-offboard", {spare}},
      {"user-reactivate", {spare, "acctl user deactivate ana@acme.example" + acme}},
      {"user-resend", {cleo}},
  };
  const auto found = all.find(name);
  return found == all.end() ? std::vector<std::string>() : found->second;
}

// These need a terminal, a shell that completes, the embedded server, no platform yet, a name server or a number that
// differs each time; other tests run them.
bool is_run_elsewhere(const std::string& name) {
  static const std::set<std::string> others = {"completion",     "manual",      "platform-init", "tenant-archive-fetch",
                                               "tenant-connect", "tenant-edit", "tenant-restore"};
  return others.contains(name) || name.starts_with("local-");
}

// What may not be shown: a file that is a picture or goes on for pages is not read in a manual.
std::string shown(const ExampleRun& run) { return abridged(run.output, most_lines); }

// "SLUG, NAME" of a table's first line; "" if it is none.
std::string columns_of(const std::string& output) {
  const std::string line = output.substr(0, output.find('\n'));
  if (!std::regex_match(line, std::regex(R"([A-Z][A-Z0-9 -]*)")) || line.find("  ") == std::string::npos) return "";
  std::string columns = std::regex_replace(line, std::regex(" {2,}"), ", ");
  while (columns.ends_with(' ') || columns.ends_with(',')) columns.pop_back();
  return columns;
}

// Lists of more than one are shown by their first entry.
nlohmann::ordered_json shortened(const nlohmann::ordered_json& value) {
  if (!value.is_structured()) return value;
  nlohmann::ordered_json made = value.is_array() ? nlohmann::ordered_json::array() : nlohmann::ordered_json::object();
  if (value.is_array()) {
    if (!value.empty()) made.push_back(shortened(value.front()));
    return made;
  }
  for (const auto& [key, part] : value.items()) made[key] = shortened(part);
  return made;
}

// Of the first example that can be asked for it without a change.
std::string json_of(const ExampleRoom& room, const std::string& line) {
  if (!line.starts_with("acctl ") || line.find_first_of("|<>;") != std::string::npos) return "";
  if (line.find(" -o ") != std::string::npos) return "";
  const auto json = nlohmann::ordered_json::parse(room.data(line + " -o json --yes --dry-run"), nullptr, false);
  if (json.is_discarded() || json.empty() || !json.is_structured()) return "";
  return abridged(shortened(json).dump(2), 60);
}

void check_exit(const Leaf& leaf, const std::string& line, const ExampleRun& run) {
  INFO(line << "\n" << run.output);
  const auto codes = acctl::collect_exit_codes(*leaf.command);
  CHECK(std::ranges::any_of(codes, [&](const acctl::ExitCode& code) { return code.code == run.status; }));
  const bool answers = leaf.name == "can" || leaf.name == "fmt";
  CHECK((run.status == 0 || run.status == 2 || run.status == 10 || (answers && run.status == 1)));
}

ExampleFile run_examples(const ExampleRoom& room, const Leaf& leaf) {
  ExampleFile file;
  for (const acctl::Example& example : leaf.command->examples) {
    if (file.json.empty()) file.json = json_of(room, example.command);
    const ExampleRun run = room.run(example.command);
    check_exit(leaf, example.command, run);
    if (file.columns.empty()) file.columns = columns_of(run.output);
    file.examples.push_back({.command = example.command, .output = shown(run), .exit = run.status});
  }
  return file;
}

// Without what no two runs have alike: how a key begins, the commit, groups named after changes with a date in them,
// the width of columns with the path of a temporary folder; and without the versions of the system's libraries.
std::string comparable(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  text = std::regex_replace(text, std::regex(" +"), " ");
  text = std::regex_replace(text, std::regex("acctl_[A-Za-z0-9_-]{8}"), "acctl_PREFIX");
  text = std::regex_replace(text, std::regex("\"commit\": \"[0-9a-z]+\""), "\"commit\": \"COMMIT\"");
  text = std::regex_replace(text, std::regex(R"re("((?!version")[A-Za-z0-9-]+)": "\d+(\.\d+)+")re"),
                            "\"$1\": \"VERSION\"");
  return std::regex_replace(text, std::regex("\"id\": \"[0-9a-f]{6}\""), "\"id\": \"GROUP\"");
}

void compare(const std::string& path, const std::string& now) {
  INFO(path << ": ACCTL_RENEW_MANUAL=1 writes it anew");
  if (renews_manual()) {
    put_file(path, now);
  } else {
    CHECK(comparable(file_text(path)) == comparable(now));
  }
}

void check_pages(const std::set<std::string>& nouns, bool others = false) {
  ExampleRoom room;
  const Command root = acctl::command_tree();
  std::vector<Leaf> leaves;
  collect(root, "", leaves);
  const char* only = std::getenv("ACCTL_ONLY_PAGE");
  for (const Leaf& leaf : leaves) {
    const std::string noun = leaf.name.substr(0, leaf.name.find('-'));
    if (is_run_elsewhere(leaf.name) || nouns.contains(noun) == others) continue;
    if (only != nullptr && leaf.name != only) continue;
    INFO(leaf.name);
    room.start_anew();
    for (const std::string& line : setup(leaf.name)) {
      const ExampleRun run = room.run(line);
      INFO(line << "\n" << run.output);
      CHECK(run.status == 0);
    }
    compare(std::string(ACCTL_SOURCE) + "/man/examples/" + leaf.name + ".txt",
            acctl::render_examples(run_examples(room, leaf)));
  }
}

const std::set<std::string> about_people = {"user", "team", "api", "outbox"};
const std::set<std::string> about_access = {"role", "can", "why", "who", "review", "enterprise"};
const std::set<std::string> about_tenants = {"tenant", "platform", "pack",     "audit",
                                             "fleet",  "server",   "operator", "config"};

std::set<std::string> everything_else() {
  std::set<std::string> all = about_people;
  all.insert(about_access.begin(), about_access.end());
  all.insert(about_tenants.begin(), about_tenants.end());
  return all;
}

constexpr std::string_view indent = "    ";

// A page of the sources with each "$ command" run, and its output behind it.
template <class Run>
std::string renewed(std::string_view page, Run run) {
  std::string text;
  bool skipping = false;
  while (!page.empty()) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    const std::string line(page.substr(0, end));
    page.remove_prefix(std::min(end + 1, page.size()));
    const bool command = line.starts_with("    $ ");
    if (skipping && !command && (line.starts_with(indent) || line.empty())) continue;
    if (skipping) text += '\n';
    skipping = command;
    text += line + "\n";
    if (!command) continue;
    const std::string output = abridged(run(line.substr(6)), most_lines);
    for (std::size_t start = 0; start < output.size();) {
      const std::size_t stop = std::min(output.find('\n', start), output.size());
      text += stop > start ? std::string(indent) + output.substr(start, stop - start) + "\n" : "\n";
      start = stop + 1;
    }
  }
  return text;
}

std::string in_url(const std::string& path) { return std::regex_replace(path, std::regex("/"), "%2F"); }

void check_guide(const std::string& name, const std::function<std::string(const std::string&)>& run) {
  const std::string path = std::string(ACCTL_SOURCE) + "/man/texts/" + name + ".md";
  compare(path, renewed(file_text(path), run));
}

}  // namespace

TEST_CASE("the manual shows what commands about people print") { check_pages(about_people); }

TEST_CASE("the manual shows what commands about access print") { check_pages(about_access); }

TEST_CASE("the manual shows what commands about tenants and the platform print") { check_pages(about_tenants); }

TEST_CASE("the manual shows what all other commands print") { check_pages(everything_else(), true); }

TEST_CASE("the guides show what their commands print") {
  ExampleRoom room;
  for (const acctl::ManualText& text : acctl::manual_texts()) {
    const bool shows =
        file_text(std::string(ACCTL_SOURCE) + "/man/texts/" + std::string(text.name) + ".md").find("\n    $ ") !=
        std::string::npos;
    if (!shows || text.name == "acctl-tutorial.7") continue;
    INFO(text.name);
    room.start_anew();
    check_guide(std::string(text.name), [&](const std::string& line) { return room.run(line).output; });
  }
}

TEST_CASE("the file that shows most of the format is valid, and laid out as fmt does it") {
  const std::string page = file_text(ACCTL_SOURCE "/man/texts/acctl-definitions.5.md");
  const std::size_t start = page.find("    acctl: 1\n    manager:");
  REQUIRE(start != std::string::npos);
  const std::string block = page.substr(start, page.find("\n\n", start) + 1 - start);
  const acctl::test::TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const std::string path = folder.path() + "/worked.yaml";
  put_file(path, std::regex_replace(block, std::regex("(^|\n)    "), "$1"));
  acctl::test::check_ended(acctl({"validate", "-f", path, "--pack", "helpdesk"}), 0);
  acctl::test::check_ended(acctl({"fmt", "-f", path, "--check"}), 0);
}

TEST_CASE("the picture of the matrix is what the program draws") {
  const acctl::test::TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const acctl::test::Result drawn = acctl({"role", "matrix", "--pack", "helpdesk", "--format", "svg"});
  REQUIRE(drawn.status == 0);
  compare(ACCTL_SOURCE "/man/pictures/matrix.svg", drawn.out);
}

TEST_CASE("the tutorial works as it is written, on an embedded server") {
  const acctl::test::Local local;
  put_file(local.home() + "/roles.yaml",
           "acctl: 1\nmanager: support\nroles:\n  triage:\n    name: Triage\n    permissions:\n      - tickets.export\n"
           "      - tickets.view\nusers:\n  ben@acme.example:\n    roles:\n      - +triage\n");
  CHECK(local.acctl({"fmt", "-f", local.home() + "/roles.yaml", "--check"}).status == 0);
  auto environment = local.acctl.environment;
  environment["PATH"] =
      std::filesystem::path(acctl::test::program_path()).parent_path().string() + ":" + environment["PATH"];
  environment["ACCTL_ACTOR"] = "you";
  check_guide("acctl-tutorial.7", [&](const std::string& line) {
    const acctl::test::Result result = acctl::test::run_program(
        {.words = {"bash", "-c", "cd '" + local.home() + "' && { " + line + "; } 2>&1"}, .environment = environment});
    std::string text = result.out;
    const std::vector<std::pair<std::string, std::string>> folders = {
        {local.home() + "/data", "/home/you/.local/share"},
        {local.home(), "/home/you"},
        {in_url(local.home() + "/data"), in_url("/home/you/.local/share")}};
    for (const auto& [from, to] : folders) {
      for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
        text.replace(at, from.size(), to);
      }
    }
    return acctl::test::masked_ids(text);
  });
}

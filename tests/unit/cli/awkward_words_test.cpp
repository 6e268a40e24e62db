// Words that parsers of command lines read differently. What each leads to was written down from the parser that acctl
// had before CLI11 read its words; only `-o=json` has another meaning since.
#include <cstdlib>
#include <sstream>

#include "cli/parser.hpp"
#include "provisioning/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

namespace {

using Words = std::vector<std::string>;

struct Targets {
  std::string slug;
  Words emails;
  std::string last;
  std::string name;
  Words labels;
  std::string plan;
  std::optional<std::int64_t> seats;
  bool force = false;
};

// acctl tenant create SLUG [EMAIL...] LAST, acctl tenant list
acctl::Command small_tree(Targets& t) {
  const auto run = [](acctl::Session&) { return 0; };
  acctl::Command create{.name = "create", .summary = "create a tenant", .description = "Creates."};
  create.arguments = {{.name = "SLUG", .help = "x", .target = &t.slug},
                      {.name = "EMAIL", .help = "x", .target = &t.emails, .required = false},
                      {.name = "LAST", .help = "x", .target = &t.last}};
  create.options = {acctl::parse_option("-n, --name NAME", "x", &t.name),
                    acctl::parse_option("-l, --label K=V", "x", &t.labels),
                    acctl::parse_option("--plan PLAN", "x", &t.plan, {.choices = {"trial", "pro"}}),
                    acctl::parse_option("--seats N", "x", &t.seats), acctl::parse_option("-f, --force", "x", &t.force)};
  create.run = run;
  create.takes_as = true;
  acctl::Command list{.name = "list", .summary = "list tenants", .description = "Lists."};
  list.run = run;
  acctl::Command tenant{.name = "tenant", .summary = "tenants", .description = "Tenants."};
  tenant.subcommands = {create, list};
  acctl::Command root{.name = "acctl", .summary = "root", .description = "Root."};
  root.subcommands = {tenant};
  return root;
}

// Words of a shell without its quotes; '' is the empty one.
Words split(const std::string& line) {
  Words words;
  std::istringstream in(line);
  for (std::string word; in >> word;) words.push_back(word == "''" ? "" : word);
  return words;
}

std::string enclosed(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += "<" + word + ">";
  return text;
}

std::string described(const Targets& t, const acctl::Settings& s) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : " ") + what; };
  if (!t.slug.empty()) add(t.slug);
  for (const std::string& email : t.emails) add(email);
  if (!t.last.empty()) add(t.last);
  for (const auto& [name, value] :
       {std::pair("name=", t.name), {"plan=", t.plan}, {"reason=", s.reason}, {"as=", s.as}}) {
    if (!value.empty()) add(name + value);
  }
  if (!t.labels.empty()) add("labels=" + enclosed(t.labels));
  if (!s.tenants.empty()) add("tenants=" + enclosed(s.tenants));
  if (t.seats) add("seats=" + std::to_string(*t.seats));
  if (s.output != "table") add(s.output);
  for (const auto& [name, is_set] : {std::pair("force", t.force),
                                     {"yes", s.yes},
                                     {"dry-run", s.dry_run},
                                     {"quiet", s.quiet},
                                     {"verbose", s.verbose}}) {
    if (is_set) add(name);
  }
  return text;
}

// What the words lead to: "help", the message of the refusal, or the command with what it was given.
std::string outcome(const Words& words) {
  const acctl::test::TemporaryFolder folder;
  setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  Targets targets;
  acctl::Settings settings;
  for (const acctl::Option& option : acctl::global_options(settings)) unsetenv(option.environment.c_str());
  const acctl::Command root = small_tree(targets);
  try {
    const acctl::Parsed parsed = acctl::parse(root, settings, words);
    std::string text = parsed.help ? "help" : "";
    for (const acctl::Command* command : parsed.path) text += (text.empty() ? "" : " ") + command->name;
    const std::string what = parsed.help ? "" : described(targets, settings);
    return what.empty() ? text : text + ": " + what;
  } catch (const acctl::Error& error) {
    return error.what();
  }
}

struct Row {
  std::string words;
  std::string outcome;  // without "tenant create: "
};

}  // namespace

TEST_CASE("awkward words lead where they led before CLI11 read them", "[rule words]") {
  const std::vector<Row> behind = {
      {"--reason= --dry-run", "--reason: the value is empty"},
      {"--reason= '' --dry-run", "--reason: the value is empty"},
      {"--reason --dry-run",
       "--reason needs a value: --reason TEXT; to pass '--dry-run' as the value, write --reason=--dry-run"},
      {"--reason=--dry-run", "acme z reason=--dry-run"},
      {"--reason -x", "acme z reason=-x"},
      {"--reason -qz", "acme z reason=-qz"},
      {"--reason -quick", "acme z reason=-quick"},
      {"--reason -1", "acme z reason=-1"},
      {"--reason - --yes", "acme z reason=- yes"},
      {"--reason", "--reason needs a value: --reason TEXT"},
      {"--reason --", "--reason needs a value: --reason TEXT; to pass '--' as the value, write --reason=--"},
      {"--reason -- --yes", "--reason needs a value: --reason TEXT; to pass '--' as the value, write --reason=--"},
      {"--reason ---", "acme z reason=---"},
      {"--reason --unknown", "acme z reason=--unknown"},
      {"--reason --yes=no",
       "--reason needs a value: --reason TEXT; to pass '--yes=no' as the value, write --reason=--yes=no"},
      {"--yes=false", "--yes takes no value"},
      {"--yes=true", "--yes takes no value"},
      {"--yes=", "--yes takes no value"},
      {"--yes={}", "--yes takes no value"},
      {"--dry-run=false", "--dry-run takes no value"},
      {"--dry-run --yes", "acme z yes dry-run"},
      {"--yes --yes", "acme z yes"},
      {"--yes yes", "acme z yes yes"},
      {"[a,b]", "acme z [a,b]"},
      {"[] {}", "acme z [] {}"},
      {"--label [a,b]", "acme z labels=<[a,b]>"},
      {"--label [a,b] [x,y]", "acme z [x,y] labels=<[a,b]>"},
      {"--label=[a,b] --label=", "--label: the value is empty"},
      {"--label a=b --label c=d -le=f -l g=h", "acme z labels=<a=b><c=d><e=f><g=h>"},
      {"--label \"q\" --label 'r'", "acme z labels=<\"q\"><'r'>"},
      {"--name %% ++", "acme z ++ name=%%"},
      {"--name=++", "acme z name=++"},
      {"++ a", "acme z ++ a"},
      {"--name==x", "acme z name==x"},
      {"--name==", "acme z name=="},
      {"--name=a=b", "acme z name=a=b"},
      {"--name=-f", "acme z name=-f"},
      {"--name=--force", "acme z name=--force"},
      {"--name=--", "acme z name=--"},
      {"--name -f", "--name needs a value: --name NAME; to pass '-f' as the value, write --name=-f"},
      {"-f-", "there is no option '-f-'"},
      {"-f- --dry-run", "there is no option '-f-'"},
      {"-f-yes", "there is no option '-f-yes'; did you mean '--yes'?"},
      {"-fq-", "there is no option '-fq-'"},
      {"-q--", "there is no option '-q--'"},
      {"-q--dry-run", "there is no option '-q--dry-run'; did you mean '--dry-run'?"},
      {"-n-", "acme z name=-"},
      {"-n-f", "acme z name=-f"},
      {"-n--force", "acme z name=--force"},
      {"-nf", "acme z name=f"},
      {"-fnA", "acme z name=A force"},
      {"-fn A", "acme z name=A force"},
      {"-fn", "--name needs a value: --name NAME"},
      {"-n", "--name needs a value: --name NAME"},
      {"-qv", "acme z quiet verbose"},
      {"-vq -f", "acme z force quiet verbose"},
      {"-qvx", "there is no option '-qvx'"},
      {"-qf", "acme z force quiet"},
      {"-qof json", "--output: 'f' is not one of table, wide, json, jsonl, yaml, csv, name"},
      {"-ojson", "acme z json"},
      {"-o json", "acme z json"},
      {"-qojson", "acme z json quiet"},
      {"-qo json", "acme z json quiet"},
      {"-ojson -oyaml", "--output is given twice"},
      {"-o -ojson", "--output needs a value: --output FORMAT; to pass '-ojson' as the value, write --output=-ojson"},
      {"-o -- json", "--output needs a value: --output FORMAT; to pass '--' as the value, write --output=--"},
      {"-o", "--output needs a value: --output FORMAT"},
      {"-j", "there is no option '-j'"},
      {"-1", "there is no option '-1'"},
      {"-0", "there is no option '-0'"},
      {"--seats -1", "acme z seats=-1"},
      {"--seats=-1", "acme z seats=-1"},
      {"--seats 010", "--seats: '010' is not a whole number"},
      {"--seats=0x10", "--seats: '0x10' is not a whole number"},
      {"--seats=+5", "--seats: '+5' is not a whole number"},
      {"--seats=1,000", "--seats: '1,000' is not a whole number"},
      {"+P", "acme z +P"},
      {"+P:ticket.view -P", "there is no option '-P'"},
      {"-ticket.view", "acme z tenants=<icket.view>"},
      {"-", "acme z -"},
      {"- -", "acme z - -"},
      {"-- -f", "acme z -f"},
      {"-- --", "acme z --"},
      {"-- --name --help", "acme z --name --help"},
      {"--", "acme z"},
      {"-- -?x", "acme z -?x"},
      {"---", "there is no option '---'"},
      {"---force", "there is no option '---force'; did you mean '--force'?"},
      {"-=x", "there is no option '-'"},
      {"--=x", "there is no option '--'"},
      {"--=", "there is no option '--'"},
      {"-?", "there is no option '-?'"},
      {"-?f", "there is no option '-?f'"},
      {"--?", "there is no option '--?'"},
      {"-!", "there is no option '-!'"},
      {"--!", "there is no option '--!'"},
      {"/f", "acme z /f"},
      {"/?", "acme z /?"},
      {"/name:x", "acme z /name:x"},
      {"@file", "acme z @file"},
      {"--name @file", "acme z name=@file"},
      {"--nam=x", "there is no option '--nam'; did you mean '--name'?"},
      {"--NAME=x", "there is no option '--NAME'"},
      {"-N x", "there is no option '-N'"},
      {"--forc", "there is no option '--forc'; did you mean '--force'?"},
      {"--plan por", "--plan: 'por' is not one of trial, pro; did you mean 'pro'?"},
      {"--plan=pro --plan=pro", "--plan is given twice"},
      {"--as=", "--as: the value is empty"},
      {"--as e@acme.example", "acme z as=e@acme.example"},
      {"--as=-h", "acme z as=-h"},
      {"-h", "help tenant create"},
      {"--help", "help tenant create"},
      {"--help=x", "there is no option '--help'"},
      {"-qh", "there is no option '-qh'"},
      {"-hq", "there is no option '-hq'"},
      {"-- -h", "acme z -h"},
      {"--name -h", "help tenant create"},
      {"-t a -tb --tenant=c", "acme z tenants=<a><b><c>"},
      {"-t", "--tenant needs a value: --tenant SLUG"},
      {"--force=1", "--force takes no value"},
      {"-f1", "there is no option '-f1'"},
      {"-f1=", "there is no option '-f1'"}};
  for (const Row& row : behind) {
    INFO(row.words);
    const std::string seen = outcome(split("tenant create acme z " + row.words));
    CHECK((seen == row.outcome || seen == "tenant create: " + row.outcome));
  }
}

TEST_CASE("awkward words lead where they led, whatever command they name") {
  const std::vector<Row> lines = {
      {"tenant create", "SLUG is missing"},
      {"tenant create acme", "SLUG is missing"},
      {"tenant create acme z -- -f", "tenant create: acme z -f"},
      {"tenant create -- acme -f", "tenant create: acme -f"},
      {"tenant create -- -f --", "tenant create: -f --"},
      {"tenant -- create acme z", "unexpected argument 'create'"},
      {"-- tenant create acme z", "unexpected argument 'tenant'"},
      {"--force tenant create acme z", "tenant create: acme z force"},
      {"-f tenant create acme z", "tenant create: acme z force"},
      {"tenant -f -o json create acme z", "tenant create: acme z json force"},
      {"tenant --name=x create acme z", "tenant create: acme z name=x"},
      {"tenant --name x create acme z", "there is no command 'acctl tenant x'"},
      {"tenant --name create acme z", "SLUG is missing"},
      {"-n x tenant create acme z", "there is no command 'acctl x'"},
      {"-nx -o json tenant create acme z", "tenant create: acme z name=x json"},
      {"-qvz tenant list", "there is no option '-qvz'"},
      {"-f- tenant list", "there is no option '-f-'"},
      {"---x tenant list", "there is no option '---x'"},
      {"-o tenant list", "there is no command 'acctl list'"},
      {"-o json tenant list", "tenant list: json"},
      {"-ojson -q tenant -v list", "tenant list: json quiet verbose"},
      {"--output=json tenant list", "tenant list: json"},
      {"--output tenant list", "there is no command 'acctl list'"},
      {"--reason --dry-run tenant list",
       "--reason needs a value: --reason TEXT; to pass '--dry-run' as the value, write --reason=--dry-run"},
      {"--reason= tenant list", "--reason: the value is empty"},
      {"--reason -- tenant list",
       "--reason needs a value: --reason TEXT; to pass '--' as the value, write --reason=--"},
      {"-q -- tenant list", "unexpected argument 'tenant'"},
      {"tenant list --", "tenant list"},
      {"tenant list -- x", "unexpected argument 'x'"},
      {"tenant list x", "unexpected argument 'x'"},
      {"tenant list list", "unexpected argument 'list'"},
      {"tenant tenant list", "there is no command 'acctl tenant tenant'"},
      {"tenant lsit", "there is no command 'acctl tenant lsit'; did you mean 'list'?"},
      {"tenant -x lsit", "there is no command 'acctl tenant lsit'; did you mean 'list'?"},
      {"list", "there is no command 'acctl list'"},
      {"-", "there is no command 'acctl -'"},
      {"tenant -", "there is no command 'acctl tenant -'"},
      {"tenant --yes", "'acctl tenant' needs one of these verbs:"},
      {"tenant", "'acctl tenant' needs one of these verbs:"},
      {"--yes", "help"},
      {"", "help"},
      {"-h tenant create", "help tenant create"},
      {"tenant -h create --nonsense", "help tenant create"},
      {"tenant -- -h", "unexpected argument '-h'"},
      {"-q -h", "help"},
      {"-x -h", "help"},
      {"--name -h", "help"},
      {"nonsense -h", "there is no command 'acctl nonsense'"},
      {"tenant nonsense --help", "there is no command 'acctl tenant nonsense'"}};
  for (const Row& row : lines) {
    INFO(row.words);
    CHECK(outcome(split(row.words)) == row.outcome);
  }
}

TEST_CASE("a letter and its value may be parted by an equals sign") {
  CHECK(outcome(split("tenant list -o=json")) == "tenant list: json");
  CHECK(outcome(split("-qo=json tenant list")) == "tenant list: json quiet");
  CHECK(outcome(split("tenant create acme z -n=x -l=a=b")) == "tenant create: acme z name=x labels=<a=b>");
  CHECK(outcome(split("tenant create acme z -n==x")) == "tenant create: acme z name==x");
  CHECK(outcome(split("tenant create acme z -n=--force")) == "tenant create: acme z name=--force");
  CHECK(outcome(split("tenant create acme z -n= --dry-run")) == "--name: the value is empty");
  CHECK(outcome(split("tenant create acme z -n -o=json")) ==
        "--name needs a value: --name NAME; to pass '-o=json' as the value, write --name=-o=json");
  CHECK(acctl::wants_json({"-o=json", "--nonsense"}));
}

TEST_CASE("an option that the command does not take is named with the command where it stands before it") {
  CHECK(outcome(split("--as ana@acme.example tenant list")) == "'acctl tenant list' takes no --as");
  CHECK(outcome(split("tenant --as=ana@acme.example list")) == "'acctl tenant list' takes no --as");
  CHECK(outcome(split("--as ana@acme.example tenant create acme z")) == "tenant create: acme z as=ana@acme.example");
  CHECK(outcome(split("--as ana@acme.example tenant list --help")) == "help tenant list");
}

TEST_CASE("an option that is cut short is suggested in full") {
  CHECK(outcome({"--vers"}) == "there is no option '--vers'; did you mean '--version'?");
  CHECK(outcome({"tenant", "--hel"}) == "there is no option '--hel'; did you mean '--help'?");
  CHECK(outcome({"tenant", "list", "--dry"}) == "there is no option '--dry'; did you mean '--dry-run'?");
  CHECK(outcome({"tenant", "list", "--help=x"}) == "there is no option '--help'");
}

// Reports in every format, as whole texts: tests/golden/report/NAME.FORMAT. ACCTL_WRITE_GOLDEN=1 in the environment
// writes them anew; what then differs is to be read like any change.
#include "commands/reports/plan_output.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "provisioning/definitions/yaml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"
#include "tests/support/reports.hpp"

using acctl::FleetReport;
using acctl::OutputFormat;
using acctl::ReportVerb;

namespace {

std::string shown(const FleetReport& report, OutputFormat format, ReportVerb verb = ReportVerb::planned,
                  bool color = false) {
  return acctl::report_text(report, {.verb = verb}, format, color);
}

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(ACCTL_SOURCE) + "/tests/golden/report/" + name;
  if (std::getenv("ACCTL_WRITE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ostringstream golden;
  golden << std::ifstream(path, std::ios::binary).rdbuf();
  INFO(path);
  CHECK(text == golden.str());
}

std::string last_line(const FleetReport& report, ReportVerb verb = ReportVerb::planned) {
  const std::string text = shown(report, OutputFormat::table, verb);
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

FleetReport without_changes() {
  FleetReport report;
  report.unchanged = 1;
  return report;
}

}  // namespace

TEST_CASE("reports in every format") {
  for (const std::string format : {"table", "json", "yaml", "csv", "name", "markdown", "github", "junit"}) {
    const OutputFormat as = acctl::parse_output_format(format);
    check_golden("one_tenant." + format, shown(acctl::test::one_tenant(), as));
    check_golden("fleet." + format, shown(acctl::test::fleet(), as, ReportVerb::applied));
    check_golden("hostile." + format, shown(acctl::test::hostile(), as));
    check_golden("nothing." + format, shown(without_changes(), as, ReportVerb::drifted));
  }
}

TEST_CASE("a table has colour where it is wanted, and only there") {
  CHECK(shown(acctl::test::hostile(), OutputFormat::table).find('\x1b') == std::string::npos);
  const std::string text = shown(acctl::test::one_tenant(), OutputFormat::table, ReportVerb::planned, true);
  for (const char* part : {"\x1b[32m+ roles/support-agent\x1b[0m", "\x1b[33m~ teams/tier-one\x1b[0m",
                           "\x1b[31m- roles/old\x1b[0m", "permissions \x1b[31m- reports.export\x1b[0m"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("the last line of a table sums up") {
  const FleetReport one = acctl::test::one_tenant();
  CHECK(last_line(one) == "Plan: 4 to add, 3 to change, 3 to remove, 2 to take over.\n");
  CHECK(last_line(one, ReportVerb::rehearsed) ==
        "Rehearsed and rolled back: 4 to add, 3 to change, 3 to remove, 2 to take over.\n");
  CHECK(last_line(one, ReportVerb::applied) == "Applied: 4 added, 3 changed, 3 removed, 2 taken over.\n");
  FleetReport drifted = one;
  drifted.groups[0].plan.adoptions.clear();
  CHECK(last_line(drifted, ReportVerb::drifted) == "Drift: 4 added, 3 changed, 3 removed since the last apply.\n");
  CHECK(
      last_line(acctl::test::fleet()) ==
      "Plan: 12 to add, 0 to change, 1 to remove, 1 to take over in 14 tenants; 5 tenants unchanged; 2 tenants failed; "
      "2 tenants skipped. Run r-7f3a.\n");
  CHECK(last_line(without_changes()) == "Plan: nothing to change.\n");
  CHECK(last_line(without_changes(), ReportVerb::drifted) == "Drift: none.\n");
  FleetReport failed;
  failed.failures = {{"acme", acctl::Error(acctl::ErrorKind::locked, "held by another run")}};
  CHECK(last_line(failed) == "Plan: 1 tenant failed.\n");
}

TEST_CASE("a plan that only takes objects over says so in every format") {
  FleetReport report = acctl::test::one_tenant();
  report.groups[0] = {.id = "c0ffee", .tenants = {"acme"}, .plan = {}, .effects = {}, .prunable = {}};
  acctl::Change adoption{.action = acctl::Action::change, .kind = "teams", .key = "night", .fields = {}, .place = {}};
  adoption.fields["manager"] = {nullptr, "gitops"};
  report.groups[0].plan.adoptions = {adoption};
  CHECK(last_line(report) == "Plan: 1 to take over.\n");
  CHECK(last_line(report, ReportVerb::applied) == "Applied: 1 taken over.\n");
  for (const std::string format : {"table", "json", "yaml", "csv", "name", "markdown", "github", "junit"}) {
    const std::string text = shown(report, acctl::parse_output_format(format));
    INFO(format << ": " << text);
    CHECK(text.find("night") != std::string::npos);
    CHECK(text.find("no changes") == std::string::npos);
    CHECK(text.find("nothing to change") == std::string::npos);
  }
}

TEST_CASE("JSON: what scripts rely on") {
  const auto json = nlohmann::json::parse(shown(acctl::test::fleet(), OutputFormat::json));
  CHECK(json.at("summary") == nlohmann::json{{"add", 12},
                                             {"change", 0},
                                             {"remove", 1},
                                             {"adopt", 1},
                                             {"unchanged_tenants", 5},
                                             {"failed_tenants", 2},
                                             {"skipped_tenants", 2}});
  const auto& group = json.at("groups").at(0);
  CHECK(group.at("id") == "a91c4e");
  CHECK(group.at("tenants").size() == 12);
  CHECK(group.at("changes").at(0).dump() ==
        R"({"action":"add","fields":{"level":{"after":4,"before":null},"name":{"after":"Low","before":null}},)"
        R"("key":"low","kind":"priorities","source":"p.yaml:2"})");
  CHECK(group.at("effects").at(1).dump() ==
        R"({"gains":["*"],"loses":[],"tenant":"t10","user":"ben@x.example","via":"role:admin"})");
  CHECK(json.at("groups").at(1).at("changes").at(0).at("source").is_null());
  CHECK(json.at("failures").at(0).dump() ==
        R"({"error":"cannot connect to down. Check the server.","retryable":true,"tenant":"down"})");
  CHECK(json.at("failures").at(1).at("retryable") == false);
  CHECK(json.at("run") == "r-7f3a");
  CHECK(json.at("groups").at(2).at("adoptions") == 1);
  CHECK(json.at("groups").at(2).at("adopted").at(0).dump() ==
        R"({"action":"change","fields":{"manager":{"after":"acctl","before":null}},"key":"admin","kind":"roles",)"
        R"("source":null})");
  const auto one = nlohmann::json::parse(shown(acctl::test::one_tenant(), OutputFormat::json));
  CHECK_FALSE(one.contains("run"));
  CHECK_FALSE(one.at("groups").at(0).at("effects").at(0).contains("tenant"));
}

TEST_CASE("markdown: what is from outside stands in code spans only") {
  const std::string text = shown(acctl::test::hostile(), OutputFormat::markdown);
  std::string outside;
  bool code = false;
  for (const char c : text) {
    if (c == '`') code = !code;
    if (c != '`' && !code) outside += c;
    if (c == '\n') CHECK_FALSE(code);
  }
  for (const char* part : {"</td>", "<b>", "@all", "](", "-->", "::error"}) {
    INFO(part);
    CHECK(outside.find(part) == std::string::npos);
  }
}

TEST_CASE("markdown: many changes are folded") {
  FleetReport report = acctl::test::one_tenant();
  std::vector<acctl::Change>& changes = report.groups[0].plan.changes.write();
  changes.resize(30, changes[0]);
  CHECK(shown(report, OutputFormat::markdown).find("<details>") == std::string::npos);
  changes.resize(31, changes[0]);
  CHECK(shown(report, OutputFormat::markdown).find("<details><summary>31 changes</summary>\n\n| | object") !=
        std::string::npos);
}

TEST_CASE("markdown: entries stand under their object, and a comment's length is kept") {
  FleetReport report = acctl::test::one_tenant();
  const std::string small = shown(report, OutputFormat::markdown);
  CHECK(small.find("#### `acme`: 10 changes\n") != std::string::npos);
  CHECK(small.find("| `+` | `roles/support-agent` | ") < small.find("| `+` | &emsp;permissions `tickets.delete` |"));
  CHECK(small.find("Shortened") == std::string::npos);
  for (int i = 0; i < 5'000; ++i) {
    acctl::PlanGroup& group = report.groups[0];
    acctl::Change added = group.plan.changes[0];
    added.key = "role-" + std::to_string(i);
    group.plan.changes.push_back(added);
    group.prunable["teams/old-" + std::to_string(i)] = 1;
    group.effects[0].effects.push_back({"u" + std::to_string(i), {"p" + std::to_string(i)}, {}, "direct"});
  }
  for (int i = 0; i < 200; ++i) {
    report.groups.push_back(acctl::test::one_tenant().groups[0]);
    report.failures.push_back(
        {"t" + std::to_string(i), acctl::Error(acctl::ErrorKind::failed, std::string(2'000, 'x'))});
  }
  const std::string text = shown(report, OutputFormat::markdown);
  CHECK(text.size() < 60'000);
  CHECK(text.find("Shortened to fit a comment; `--full` or `-o json` shows everything.") != std::string::npos);
  CHECK(text.find(" more groups of tenants") != std::string::npos);
  report.groups.resize(1);
  report.failures.clear();
  const std::string one = shown(report, OutputFormat::markdown);
  CHECK(one.size() < 60'000);
  CHECK(one.find("more objects: ") != std::string::npos);
  CHECK(one.find("`roles/support-agent`") != std::string::npos);
  const std::string full = acctl::report_text(report, {.full = true}, OutputFormat::markdown, false);
  CHECK(full.find("`roles/role-4999`") != std::string::npos);
  CHECK(full.find("Shortened") == std::string::npos);
}

TEST_CASE("a table for a prompt shows the first ten of each list and counts the rest") {
  FleetReport report = acctl::test::one_tenant();
  for (int i = 0; i < 5'000; ++i) {
    acctl::Change added = report.groups[0].plan.changes[0];
    added.key = "role-" + std::to_string(i);
    report.groups[0].plan.changes.push_back(added);
  }
  const std::string text = acctl::report_text(report, {.most = 10}, OutputFormat::table, false);
  CHECK(std::ranges::count(text, '\n') < 40);
  CHECK(text.find("and 4996 more objects; --verbose or -o json shows all of them") != std::string::npos);
  CHECK(shown(report, OutputFormat::table).find("roles/role-4999") != std::string::npos);
}

TEST_CASE("github: at most ten annotations of a kind, most severe first, and one that counts the rest") {
  FleetReport report = acctl::test::one_tenant();
  for (int i = 0; i < 50; ++i) {
    std::vector<acctl::Change>& changes = report.groups[0].plan.changes.write();
    changes.push_back(acctl::Change(changes[i % 2 == 0 ? 0 : 8]));
    report.failures.push_back({"t" + std::to_string(i), acctl::Error(acctl::ErrorKind::failed, "broken")});
  }
  std::istringstream lines(shown(report, OutputFormat::github));
  std::vector<std::string> levels;
  std::string last_but_one;
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    levels.push_back(line.substr(2, line.find(' ') - 2));
    last_but_one = std::exchange(last, line);
  }
  for (const char* level : {"error", "warning", "notice"}) CHECK(std::ranges::count(levels, level) == 10);
  CHECK(std::ranges::is_sorted(levels, {}, [](const std::string& level) {
    return level == "error" ? 0 : level == "warning" ? 1 : 2;
  }));
  CHECK(last_but_one ==
        "::notice title=acctl plan::40 more errors, 20 more warnings, 26 more notices, not shown here; "
        "-o json has everything");
}

TEST_CASE("github: every line is one command, whatever is in it") {
  for (const FleetReport& report : {acctl::test::hostile(), acctl::test::fleet(), acctl::test::one_tenant()}) {
    std::istringstream lines(shown(report, OutputFormat::github));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      const std::size_t space = line.find(' ');
      const std::string level = line.substr(0, space);
      CHECK((level == "::notice" || level == "::warning" || level == "::error"));
      const std::string properties = line.substr(space, line.find("::", space) - space);
      CHECK(properties.find("title=") != std::string::npos);
      CHECK(properties.find(':') == std::string::npos);
    }
  }
}

TEST_CASE("junit: a drifted tenant fails") {
  const std::string text = shown(acctl::test::fleet(), OutputFormat::junit, ReportVerb::drifted);
  CHECK(text.find("tests=\"19\" failures=\"15\" skipped=\"2\"") != std::string::npos);
  CHECK(text.find("<failure type=\"drift\" message=\"1 change since the last apply\">remove views/mine\n</failure>") !=
        std::string::npos);
  CHECK(text.find("name=\"zz\">") != std::string::npos);
}

TEST_CASE("junit: well-formed XML, whatever is in it") {
  for (const FleetReport& report : {acctl::test::hostile(), acctl::test::fleet(), acctl::test::one_tenant()}) {
    const auto result = acctl::test::run_program(
        {.words = {"/usr/bin/python3", "-c",
                   "import sys, xml.etree.ElementTree as t; print(len(t.parse(sys.stdin).findall('*/testcase')))"},
         .environment = {},
         .input = shown(report, OutputFormat::junit)});
    INFO(result.err);
    CHECK(result.status == 0);
  }
}

TEST_CASE("YAML says what JSON says") {
  const FleetReport report = acctl::test::fleet();
  const auto yaml = acctl::to_json(acctl::read_yaml(shown(report, OutputFormat::yaml), "report"));
  CHECK(yaml == nlohmann::json::parse(shown(report, OutputFormat::json)));
}

TEST_CASE("a plan says how many messages leave, before they do") {
  FleetReport report = acctl::test::one_tenant();
  report.groups.front().invitations = 1276;
  CHECK(shown(report, OutputFormat::table).find("\n1,276 invitations will be sent\n") != std::string::npos);
  report.groups.front().notifications = 1;
  const std::string held = acctl::report_text(report, {.holds_mail = true}, OutputFormat::table, false);
  CHECK(held.find("\n1,276 invitations and 1 notification will be held\n") != std::string::npos);
  CHECK(shown(report, OutputFormat::markdown).find("1,276 invitations and 1 notification will be sent.\n") !=
        std::string::npos);
  CHECK(shown(report, OutputFormat::github).find(" 1,276 invitations and 1 notification will be sent.\n") !=
        std::string::npos);
  CHECK(shown(report, OutputFormat::junit)
            .find("<system-out>1,276 invitations and 1 notification will be sent\n</system-out>\n  </testsuite>") !=
        std::string::npos);
  for (const ReportVerb verb : {ReportVerb::applied, ReportVerb::drifted}) {
    CHECK(shown(report, OutputFormat::table, verb).find("will be") == std::string::npos);
  }
}

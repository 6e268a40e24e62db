// What CI systems and people get of large outcomes: as much as they show and read.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

std::string teams(int count, const std::string& fields) {
  std::string text = "teams:\n";
  for (int i = 0; i < count; ++i) text += "  t" + std::to_string(i) + ": {" + fields + "}\n";
  return text;
}

auto lines_of(const std::string& text) { return std::ranges::count(text, '\n'); }

}  // namespace

TEST_CASE("the runner's step summary gets the report as Markdown, behind what is there") {
  TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/summary.md";
  acctl::test::put_file(path, "before\n");
  desk.acctl.acctl.environment["GITHUB_STEP_SUMMARY"] = path;
  const Result plan = desk.plan(teams(2, "name: T"), {"-o", "github"});
  check_ended(plan, 0, "::notice title=acctl plan::Plan: 2 to add");
  const std::string summary = file_text(path);
  CHECK(summary.starts_with("before\n### Plan: 2 to add"));
  CHECK(contains(summary, "#### `acme`: 2 changes"));
  check_ended(desk.plan(teams(2, "name: T")), 0);
  CHECK(file_text(path) == summary);
  CHECK(desk.plan("rolse: {}\n", {"-o", "github"}).status == 3);
  CHECK(contains(file_text(path), "### acctl plan: failed"));
  desk.acctl.acctl.environment["GITHUB_STEP_SUMMARY"] = desk.acctl.folder.path() + "/none/summary.md";
  check_ended(desk.plan(teams(2, "name: T"), {"-o", "github"}), 0, "cannot be written");
}

TEST_CASE("problems are told as the first ten and a count, all of them with --verbose and -o json") {
  const TenantFixture desk;
  const std::string bad = desk.file(teams(60, "nmae: T"));
  const Result few = desk.acctl({"validate", "-f", bad});
  check_ended(few, 3, "has 60 problems");
  CHECK(lines_of(few.err) < 15);
  CHECK(contains(few.err, "and 50 more; --verbose or -o json shows all of them"));
  CHECK(lines_of(desk.acctl({"validate", "-f", bad, "--verbose"}).err) >= 60);
  const Result json = desk.acctl({"validate", "-f", bad, "-o", "json"});
  CHECK(nlohmann::json::parse(json.err)["error"]["diagnostics"].size() == 60);
}

TEST_CASE("a plan that is refused is told in a few lines") {
  const TenantFixture desk;
  desk.applied("manager: hr\n" + teams(60, "name: T"));
  const Result refused = desk.apply("manager: gitops\n" + teams(60, "name: Other"));
  check_ended(refused, 7, "belongs to manager hr");
  CHECK(lines_of(refused.err) < 15);
  CHECK(contains(refused.err, "and 50 more"));
}

TEST_CASE("a plan for a pull request names its tenant and is shortened, unless all of it is asked for") {
  const TenantFixture desk;
  const std::string text = teams(2'000, "name: A team with a name of some length");
  const Result plan = desk.plan(text, {"-o", "markdown"});
  check_ended(plan, 0, "#### `acme`: 2000 changes");
  CHECK(plan.out.size() < 60'000);
  CHECK(contains(plan.out, "Shortened to fit a comment; `--full` or `-o json` shows everything."));
  const Result full = desk.plan(text, {"-o", "markdown", "--full"});
  CHECK(contains(full.out, "`teams/t1999`"));
  CHECK(full.out.size() > 60'000);
}

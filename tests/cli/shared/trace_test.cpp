// --trace: a file that Chrome and Perfetto read, with what each worker did and waited for, and nothing secret.
#include <algorithm>
#include <map>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::TenantFixture;

namespace {

// The first slice that begins within another one of its lane and ends behind it, which no viewer can draw; "" for none.
std::string misnested(const nlohmann::ordered_json& trace) {
  struct Slice {
    double start;
    double end;
    std::string name;
  };
  std::map<int, std::vector<Slice>> lanes;
  for (const auto& event : trace["traceEvents"]) {
    if (event["ph"] != "X") continue;
    const double start = event["ts"];
    lanes[event["tid"]].push_back({start, start + event["dur"].get<double>(), event["name"]});
  }
  for (auto& [lane, slices] : lanes) {
    std::ranges::sort(slices, [](const Slice& a, const Slice& b) { return a.start < b.start; });
    std::vector<Slice> around;
    for (const Slice& slice : slices) {
      while (!around.empty() && around.back().end <= slice.start) around.pop_back();
      if (!around.empty() && slice.end > around.back().end) return around.back().name + " and " + slice.name;
      around.push_back(slice);
    }
  }
  return "";
}

}  // namespace

TEST_CASE("a trace has the round trips, the workers and their tenants") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  const std::string path = desk.acctl.folder.path() + "/trace.json";
  check_ended(desk.acctl({"apply", "-f", desk.file("manager: m\nteams: {night: {name: Night}}\n"), "--all", "--yes",
                          "--parallel", "2", "--trace", path}),
              0);
  const auto trace = nlohmann::ordered_json::parse(file_text(path));
  std::set<std::string> categories;
  std::set<std::string> tenants;
  std::set<std::string> names;
  for (const auto& event : trace["traceEvents"]) {
    CHECK(event["pid"] == 1);
    if (event["ph"] == "M") {
      if (event["name"] == "thread_name") names.insert(event["args"]["name"]);
      continue;
    }
    CHECK(event["ph"] == "X");
    CHECK(event["ts"].get<double>() >= 0);
    CHECK(event["dur"].get<double>() >= 0);
    categories.insert(event["cat"]);
    if (event["cat"] == "tenant") tenants.insert(event["name"]);
  }
  CHECK(categories.contains("round trip"));
  CHECK(categories.contains("connect"));
  CHECK(tenants == std::set<std::string>{"acme", "bert"});
  CHECK(names == std::set<std::string>{"main", "worker 1"});
  CHECK(misnested(trace) == "");
}

TEST_CASE("a dry run writes the log and the trace that are asked for, and nothing else") {
  const TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/trace.json";
  const std::string log = desk.acctl.folder.path() + "/acctl.log";
  const std::string before = desk.everything();
  check_ended(desk({"team", "create", "night", "--name", "Night", "--dry-run", "--trace", path, "--log-file", log}), 0);
  CHECK_FALSE(nlohmann::ordered_json::parse(file_text(path))["traceEvents"].empty());
  CHECK_FALSE(file_text(log).empty());
  CHECK(acctl::test::difference(before, desk.everything()) == "");
}

TEST_CASE("a trace is written for a run that fails, too, and refused before anything is done if it cannot be") {
  const TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/trace.json";
  check_ended(desk({"user", "show", "nobody@acme.example", "--trace", path}), 3);
  CHECK(contains(file_text(path), "\"traceEvents\""));
  check_ended(desk({"team", "create", "night", "--name", "Night", "--trace", "/dev/null/trace.json"}), 1);
  CHECK(desk.in("select count(*) from app.teams where key = 'night'") == "0");
}

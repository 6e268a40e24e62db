#include <algorithm>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/plan/template_clones.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct TestDefinitions {
  FileOptions files;
  std::vector<std::string> exclude;
  bool offline = false;
  std::string pack;
};

Json to_json(const std::string& tenant, const TestResult& result) {
  const Place& place = result.test.place;
  return {{"tenant", tenant.empty() ? Json(nullptr) : Json(tenant)},
          {"test", result.test.subject()},
          {"source", place.file + ":" + std::to_string(place.line)},
          {"passed", result.failures.empty()},
          {"failures", result.failures}};
}

struct Results {
  std::vector<std::pair<std::string, std::vector<TestResult>>> tenants;  // "" stands for the files alone
  FleetReport failed;                                                    // where nothing could be tested
};

Results run_live(Session& session, const TestDefinitions& options, const Definitions& definitions) {
  Platform platform = open_for_tenants(session, definitions.tenants);
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, options.exclude, definitions.tenants, Unnamed::refused, Reach::suspended_too);
  Scope scope{.kinds = {"permissions", "roles", "role_templates"}};
  for (const AccessTest& test : definitions.tests) {
    if (!test.user.empty()) scope.users.insert(test.user);
  }
  Results results;
  results.tenants.resize(tenants.size());
  tell_left_out(session, tenants, Reach::suspended_too);
  results.failed =
      read_tenants(platform, tenants, session.parallel(), [&](std::size_t i, TenantSession& database, const InOrder&) {
        results.tenants[i] = {tenants[i].slug, run_tests(read_state(database, scope), definitions.tests)};
      });
  return results;
}

void write_rows(Session& session, const Results& results) {
  RecordWriter out = session.records(Shape::many, {"TEST", "TENANT", "PASSED", "FAILURES", "SOURCE"});
  for (const auto& [tenant, of_tenant] : results.tenants) {
    for (const TestResult& result : of_tenant) out.add(to_json(tenant, result));
  }
  out.finish();
}

Results run_offline(const TestDefinitions& options, const Definitions& definitions) {
  const State base = options.pack.empty() ? State() : state_of_pack(options.pack);
  const Definitions whole = with_templates(definitions, base, options.pack);
  return {.tenants = {{"", run_tests(overlay(base, whole, {.manager = "", .only = {}}).state, definitions.tests)}}};
}

void run(Session& session, const TestDefinitions& options) {
  if (!options.pack.empty() && !options.offline) {
    throw Error(ErrorKind::invalid, "--pack needs --offline",
                "A tenant is tested as it is; leave out --pack, or add --offline.");
  }
  const Definitions definitions = read_definition_files(options.files);
  if (definitions.tests.empty())
    throw Error(ErrorKind::invalid, "the files contain no tests",
                "Declare some under 'tests'; see 'acctl explain tests'.");
  const Results results = options.offline ? run_offline(options, definitions) : run_live(session, options, definitions);
  if (results.failed.all_failed()) throw_failures(results.failed, Reported::no);
  std::vector<Check> checks;
  for (const auto& [tenant, of_tenant] : results.tenants) {
    for (const TestResult& result : of_tenant) {
      checks.push_back({.name = (tenant.empty() ? "" : tenant + ": ") + result.test.subject(),
                        .place = result.test.place,
                        .failures = result.failures});
    }
  }
  const std::size_t all = checks.size();
  for (const TenantFailure& failure : results.failed.failures) {
    checks.push_back({.name = failure.tenant, .place = {}, .failures = {failure.error.what()}});
  }
  const auto failures = static_cast<std::size_t>(
      std::ranges::count_if(checks, [](const Check& check) { return !check.failures.empty(); }));
  const std::size_t failed = failures - results.failed.failures.size();
  const std::string verdict = failed == 0 ? counted(all, "test") + " passed"
                                          : std::to_string(failed) + " of " + std::to_string(all) + " tests failed";
  if (session.format() == OutputFormat::github || session.format() == OutputFormat::junit) {
    write_checks("test", checks, verdict, session.format());
  } else {
    write_rows(session, results);
  }
  throw_failures(results.failed, Reported::no);
  if (failed > 0) {
    throw Error(ErrorKind::test_failed, verdict, "Correct the definitions or the tests.");
  }
  session.terminal().info(verdict);
}

}  // namespace

Command test_command() {
  return command<TestDefinitions>("test", "check what users and roles can and cannot do", run)
      .describe(R"(
Runs the `tests:` of definitions against the live state of tenants, or, with --offline, against what the files
declare, without a database. Exit code 8 means that a test failed.)")
      .with(file_options, &TestDefinitions::files)
      .with(exclude_option, &TestDefinitions::exclude)
      .option("--offline", "test the files alone", &TestDefinitions::offline)
      .option("--pack PACK", "with --offline: test the files on top of this pack", &TestDefinitions::pack)
      .suggestions(pack_names())
      .exits(3, "usage error or invalid input, or the files hold no tests")
      .exits(8, "a test failed")
      .example("acctl test -f roles.yaml -t acme", "Against a tenant as it is.")
      .example("acctl test -f roles.yaml --offline --pack helpdesk", "Before anything is applied, as in a new tenant.")
      .example("acctl test -f roles.yaml --all -o junit", "A report for CI, with one case for each test.")
      .formats(check_formats())
      .trail(Trail::nothing);
}

}  // namespace acctl

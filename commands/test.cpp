// test: the access tests of definitions against tenants, or against the files alone.
#include "commands/commands.hpp"
#include "commands/edits.hpp"
#include "commands/open.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/fleet/fleet.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct TestOptions {
  FileOptions files;
  std::vector<std::string> exclude;
  bool offline = false;
};

Json to_json(const std::string& tenant, const TestResult& result) {
  const Place& place = result.test.place;
  return {{"tenant", tenant.empty() ? Json(nullptr) : Json(tenant)},
          {"test", result.test.subject()},
          {"source", place.file + ":" + std::to_string(place.line)},
          {"passed", result.failures.empty()},
          {"failures", result.failures}};
}

// Of each tenant; "" stands for the files alone.
using Results = std::vector<std::pair<std::string, std::vector<TestResult>>>;

Results run_live(Session& session, const TestOptions& options, const Definitions& definitions) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.exclude, definitions.tenants);
  Scope scope{.kinds = {"permissions", "roles", "role_templates"}};
  for (const AccessTest& test : definitions.tests) {
    if (!test.user.empty()) scope.users.insert(test.user);
  }
  Results results(tenants.size());
  for_each_index(tenants.size(), static_cast<int>(session.settings().parallel), [&](std::size_t i, std::size_t) {
    const std::unique_ptr<Connection> database = platform.tenant(tenants[i].server_dsn, tenants[i].database);
    results[i] = {tenants[i].slug, run_tests(read_state(*database, scope), definitions.tests)};
  });
  return results;
}

int test(Session& session, const TestOptions& options) {
  const Definitions definitions = definitions_of(options.files);
  if (definitions.tests.empty()) throw Error(ErrorKind::invalid, "the files hold no tests");
  const Results results = options.offline ? Results{{"", run_tests(declared_state(definitions), definitions.tests)}}
                                          : run_live(session, options, definitions);
  RecordWriter out = session.records(Shape::many, {{"TEST", "/test"},
                                                   {"TENANT", "/tenant"},
                                                   {"PASSED", "/passed"},
                                                   {"FAILURES", "/failures"},
                                                   {"SOURCE", "/source"}});
  std::size_t failed = 0;
  std::size_t all = 0;
  for (const auto& [tenant, of_tenant] : results) {
    for (const TestResult& result : of_tenant) {
      ++all;
      failed += result.failures.empty() ? 0 : 1;
      out.add(to_json(tenant, result));
    }
  }
  out.finish();
  if (failed > 0) {
    throw Error(ErrorKind::test_failed, std::to_string(failed) + " of " + std::to_string(all) + " tests failed",
                "Change the definitions, or the tests.");
  }
  session.terminal().info(std::to_string(all) + " tests passed");
  return 0;
}

}  // namespace

Command test_command() {
  auto options = std::make_shared<TestOptions>();
  return {
      .name = "test",
      .summary = "check what users and roles can and cannot do",
      .description =
          "Runs the `tests:` of definitions against the live state of tenants; with --offline against what the files "
          "declare, without any database. Exit code 8 says that a test failed.",
      .options =
          joined({file_options(options->files),
                  {exclude_option(options->exclude),
                   {.name = "--offline", .value = "", .help = "test the files alone", .target = &options->offline}}}),
      .examples = {{"acctl test -f roles.yaml -t acme", "Against a tenant as it is."},
                   {"acctl test -f roles.yaml --offline", "Before anything is applied."}},
      .run = [options](Session& session) { return test(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

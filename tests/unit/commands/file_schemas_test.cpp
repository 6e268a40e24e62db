// The JSON Schemas of the files beside definitions, and the readers of these files, judge alike.
#include "commands/definitions/file_schemas.hpp"

#include "cli/configuration.hpp"
#include "provisioning/platform/changes.hpp"
#include "provisioning/tenants/request_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mistakes.hpp"

using acctl::test::check_mistakes;
using acctl::test::shown;

namespace {

template <class Read>
std::string problems_of(const Read& read) {
  try {
    read();
  } catch (const acctl::Error& error) {
    return shown(error.diagnostics());
  }
  return "";
}

}  // namespace

TEST_CASE("schema: tenants") {
  check_mistakes("tenants", acctl::tenants_schema(), [](const std::string& text) {
    return problems_of([&] { acctl::read_registry_file(text, "f.yaml"); });
  });
}

TEST_CASE("schema: platform") {
  check_mistakes("platform", acctl::platform_schema(), [](const std::string& text) {
    return problems_of([&] { acctl::read_platform_definitions(text, "f.yaml"); });
  });
}

TEST_CASE("schema: config") {
  check_mistakes("config", acctl::config_schema(), [](const std::string& text) {
    std::string found;
    const std::string refused =
        problems_of([&] { found = shown(find_mistakes(acctl::parse_configuration(text, "f.yaml"))); });
    return refused + found;
  });
}

// The JSON Schemas of the files beside definitions, and the readers of these files, judge alike.
#include "commands/definitions/file_schemas.hpp"

#include <algorithm>

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

// What editors show for a value, wherever in the schema.
void find_descriptions(const nlohmann::ordered_json& schema, std::vector<std::string>& found) {
  for (const auto& [key, part] : schema.items()) {
    if (part.is_structured()) find_descriptions(part, found);
    if (schema.is_object() && key == "description" && part.is_string()) found.push_back(part.get<std::string>());
  }
}

}  // namespace

TEST_CASE("editors show sentences") {
  for (const auto& schema : {acctl::tenants_schema(), acctl::platform_schema(), acctl::config_schema()}) {
    std::vector<std::string> found;
    find_descriptions(schema, found);
    CHECK(found.size() > 10);
    for (const std::string& sentence : found) {
      INFO(sentence);
      CHECK_FALSE((sentence.empty() || (sentence[0] >= 'a' && sentence[0] <= 'z')));
      CHECK(sentence.ends_with('.'));
    }
  }
  std::vector<std::string> mail;
  find_descriptions(acctl::platform_schema()["properties"]["mail"], mail);
  const auto shows = [&](const std::string& sentence) { return std::ranges::find(mail, sentence) != mail.end(); };
  CHECK(shows("How messages are sent: smtp, sendmail or maildir."));
  CHECK(shows("Encryption with smtp://: required (STARTTLS, the default) or none."));
  CHECK(shows("File of two lines, user and password; mode 0600."));
}

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

// explain and schema as a user calls them.
#include "provisioning/definitions/schema.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/tenant_condition.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"
#include "tests/support/program.hpp"

using acctl::test::Acctl;
using acctl::test::Result;
using acctl::test::TemporaryFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("explain lists the kinds and the other keys") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  std::vector<std::string> names;
  for (const auto& topic : acctl({"explain", "-o", "json"}).json()) names.push_back(topic.at("name"));
  std::vector<std::string> expected;
  for (const acctl::DocumentKey& key : acctl::document_keys()) expected.emplace_back(key.name);
  for (const acctl::Kind& kind : acctl::kinds()) {
    if (!kind.internal) expected.emplace_back(kind.name);
  }
  CHECK(names == expected);
  CHECK(contains(acctl({"explain"}).out, "\nroles            Named bundles of permissions"));
}

TEST_CASE("explain tenants names all properties that tenants are selected by") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const std::string help = acctl({"explain", "tenants", "-o", "json"}).out;
  for (const acctl::TenantProperty& property : acctl::tenant_properties()) {
    INFO(property.name);
    const std::string name(property.name);
    CHECK((contains(help, name + ", ") || contains(help, name + " or label")));
  }
}

TEST_CASE("explain a kind and a field") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const std::string roles = acctl({"explain", "roles"}).out;
  CHECK(roles.starts_with("roles: Named bundles of permissions that are assigned to users"));
  for (const char* part : {"\n  name           Name as displayed.", "required for a new", "\n  permissions  ",
                           "\n  clone        ", "\n  previously   ", "\nExample:\n  roles:\n    support-agent:\n"}) {
    INFO(part);
    CHECK(contains(roles, part));
  }
  CHECK(acctl({"explain", "roles.scope"}).out ==
        "roles.scope: Whether an assignment reaches this organization or the entire enterprise.\n"
        "  Type     one of organization, enterprise\n"
        "  Default  organization\n"
        "\n"
        "Example:\n"
        "  roles:\n"
        "    support-agent:\n"
        "      scope: enterprise\n");
  CHECK(contains(acctl({"explain", "guards.max_removals"}).out, "Default  25%\n"));
}

TEST_CASE("explain as JSON has what the table of kinds has") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const auto level = acctl({"explain", "priorities.level", "-o", "json"}).json();
  CHECK(level.at("name") == "priorities.level");
  CHECK(level.at("required") == true);
  CHECK(level.at("minimum") == 1);
  CHECK(level.at("maximum") == 100);
  CHECK(level.at("default").is_null());
  const auto permissions = acctl({"explain", "roles.permissions", "-o", "json"}).json();
  CHECK(permissions.at("target") == "permissions");
  CHECK(permissions.at("levels") == nlohmann::ordered_json({"global", "group", "restricted"}));
  const auto roles = acctl({"explain", "roles", "-o", "json"}).json();
  CHECK(roles.at("fields").at(2).at("choices") == nlohmann::ordered_json({"organization", "enterprise"}));
}

TEST_CASE("every example of explain is valid definitions") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const auto check = [](const nlohmann::ordered_json& topic) {
    INFO(topic.dump(2));
    const std::string example = topic.at("example");
    CHECK(acctl::test::problems_of((example.starts_with("acctl:") ? "" : "acctl: 1\n") + example) == "");
  };
  for (const auto& listed : acctl({"explain", "-o", "json"}).json()) {
    const auto topic = acctl({"explain", listed.at("name"), "-o", "json"}).json();
    check(topic);
    if (!topic.contains("fields")) continue;
    for (const auto& field : topic.at("fields")) check(field);
  }
}

TEST_CASE("explain does not know what is not there") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const auto refused = [&](const std::string& path, const std::string& message) {
    const Result result = acctl({"explain", path});
    INFO(path);
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    CHECK(result.err == message);
  };
  refused("rols", "acctl: there is no kind or key 'rols'; did you mean 'roles'?\n'acctl explain' lists all of them.\n");
  refused("roles.nmae",
          "acctl: there is no field of roles named 'nmae'; did you mean 'name'?\n"
          "'acctl explain roles' lists all of them.\n");
  refused("protections", "acctl: there is no kind or key 'protections'\n'acctl explain' lists all of them.\n");
  CHECK(acctl({"explain", "settings.value"}).status == 3);
  CHECK(acctl({"explain", ""}).status == 3);
}

TEST_CASE("schema is the JSON Schema") {
  const TemporaryFolder folder;
  const Acctl acctl(folder.path());
  const Result result = acctl({"schema"});
  CHECK(result.status == 0);
  CHECK(result.json() == acctl::definitions_schema());
  CHECK(acctl({"schema", "x"}).status == 3);
}

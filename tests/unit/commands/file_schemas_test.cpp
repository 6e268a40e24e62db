// The JSON Schemas of the files beside definitions, and the readers of these files, judge alike.
#include "commands/definitions/file_schemas.hpp"

#include "provisioning/platform/changes.hpp"
#include "provisioning/tenants/request_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/schema_verdicts.hpp"

using acctl::test::schema_verdicts;

namespace {

const std::string head = "acctl: 1\n";

// "" where the reader takes the document.
template <class Read>
std::string complaint_of(Read read, const std::string& text) {
  try {
    read(text, "f.yaml");
  } catch (const acctl::Error& error) {
    return error.what();
  }
  return "";
}

template <class Read>
void check_alike(const nlohmann::ordered_json& schema, Read read, const std::vector<std::string>& documents,
                 bool valid) {
  const std::vector<std::string> said = schema_verdicts(schema, documents);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    INFO(documents[i] << "schema: " << said[i] << "\nreader: " << complaint_of(read, documents[i]));
    CHECK((said[i] == "") == valid);
    CHECK((complaint_of(read, documents[i]) == "") == valid);
  }
}

}  // namespace

TEST_CASE("schema: tenants") {
  const auto read = [](const std::string& text, const std::string& file) { acctl::read_registry_file(text, file); };
  check_alike(
      acctl::tenants_schema(), read,
      {head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, plan: pro, seats: 5}\n",
       head + "tenants:\n  acme:\n    name: Acme\n    admin_email: ana@acme.example\n    labels: {tier: gold}\n"},
      true);
  check_alike(acctl::tenants_schema(), read,
              {"tenants:\n  acme: {name: Acme, admin_email: ana@acme.example}\n", head,
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, seat: 5}\n",
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, seats: 0}\n",
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, features: {sso: maybe}}\n",
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, limits: {projects: many}}\n",
               head + "tenants:\n  acme: {admin_email: ana@acme.example}\n",
               head + "tenants:\n  Acme: {name: Acme, admin_email: ana@acme.example}\n",
               head + "tenant:\n  acme: {name: Acme, admin_email: ana@acme.example}\n"},
              false);
}

TEST_CASE("schema: platform") {
  const auto read = [](const std::string& text, const std::string& file) {
    acctl::read_platform_definitions(text, file);
  };
  check_alike(
      acctl::platform_schema(), read,
      {head, head + "base_domain: help.example\nstorage_root: /srv/acctl\n",
       head + "plans:\n  pro: {name: Pro, seats: 50, storage_bytes: ~, features: {custom_roles: true}}\n",
       head + "mail: {transport: smtp, url: \"smtp://mail.example:587\", from: a@help.example}\n", head + "mail: ~\n"},
      true);
  check_alike(acctl::platform_schema(), read,
              {"base_domain: help.example\n", head + "base_domian: help.example\n", head + "storage_root: srv\n",
               head + "plans:\n  pro: {seats: 0}\n",
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, features: {sso: maybe}}\n",
               head + "tenants:\n  acme: {name: Acme, admin_email: ana@acme.example, limits: {projects: many}}\n",
               head + "plans:\n  pro: {features: {sso: maybe}}\n", head + "plans:\n  pro: {seat: 5}\n",
               head + "mail: {transport: pigeon, from: a@help.example}\n",
               head + "mail: {transport: smtp, host: mail.example, from: a@help.example}\n"},
              false);
}

TEST_CASE("schema: config") {
  const std::vector<std::string> said = schema_verdicts(
      acctl::config_schema(),
      {"current: staging\ncontexts:\n  staging: {database: service=staging, parallel: 4}\n",
       "contexts:\n  staging: {databse: service=staging}\n", "context: {}\n", "contexts:\n  staging: {output: xml}\n"});
  CHECK(said[0] == "");
  CHECK(said[1] != "");
  CHECK(said[2] != "");
  CHECK(said[3] != "");
}

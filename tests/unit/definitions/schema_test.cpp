// The JSON Schema takes what the reader takes. That it refuses what is wrong, bad_input_test.cpp shows.
#include "provisioning/definitions/schema.hpp"

#include <functional>

#include "provisioning/base/embedded.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"
#include "tests/support/schema_verdicts.hpp"

using nlohmann::json;

namespace {

std::vector<std::string> verdicts(const std::vector<std::string>& documents) {
  return acctl::test::schema_verdicts(acctl::definitions_schema(), documents);
}

const std::string head = "acctl: 1\n";

// With everything that the format has.
const std::string whole = R"(acctl: 1
schema: 1
manager: support-gitops
tenants:
  match: {plan: [pro, enterprise], region: eu}
variables:
  brand: Acme
  limit: 3
roles:
  support-agent:
    name: "${brand} Agent"
    description: null
    permissions:
      - tickets.view
      - conversations.private_notes: group
  support-lead:
    clone: support-agent
    permissions:
      - +reports.view
      - -tickets.edit
    previously: [senior-agent]
teams:
  tier-1:
    name: Tier 1
    capacity: "${limit}"
    members: [ana@acme.example, ben@acme.example]
users:
  ana@acme.example:
    roles: [support-agent]
    role_template: manager
    crm_access: true
settings:
  locale: en
  session.hours: 12
  list: [1, two]
guards:
  min_admins: 2
  max_removals: 25%
  protect: [roles/admin, teams/tier-1]
tests:
  - user: ana@acme.example
    can: [tickets.edit]
    cannot: [settings.*, users.manage]
  - role: support-agent
    can: [{conversations.private_notes: group}]
    cannot: [{conversations.private_notes: global}]
)";

const std::string variables =
    "variables: {open: \"09:00\", late: \"18:00-19:00\", day: \"2026-12-25\", level: group}\n";

std::vector<std::string> valid_documents() {
  std::vector<std::string> documents = {
      whole,
      head,
      head + "tenants: [acme, globex]\n",
      head + "roles: {}\n",
      head + "guards: {max_removals: 5}\n",
      head + variables +
          "business_hours: {b: {name: B, time_zone: UTC, hours: "
          "{monday: [\"${open}-17:00\", \"${late}\"]}, holidays: [\"${day}\"]}}\n",
      head + variables + "permissions: {a.b: {category: C, levels: [\"${level}\"]}}\n",
      head + "users: {ana@x.example: {session_hours: null}}\n",
      head + "permissions: {\"*\": {category: All}}\n",
      head + "users: {ana@x.example: {status: suspended, roles: [a, {b: {until: \"2027-01-31T18:00:00Z\"}}]}}\n",
      head + "teams: {a: {members: [ben@x.example, {ana@x.example: {until: \"2027-01-31T18:00:00Z\"}}]}}\n",
      head + "teams: {a: {members: [+ana@x.example, -ben@x.example]}}\n"};
  for (const acctl::Pack& pack : acctl::packs()) documents.emplace_back(pack.yaml);
  for (const acctl::Kind& kind : acctl::kinds()) {
    if (!kind.internal) documents.push_back(head + std::string(acctl::find_example(kind.name)));
  }
  for (const acctl::DocumentKey& key : acctl::document_keys()) {
    documents.push_back((key.name == "acctl" ? "" : head) + std::string(key.example));
  }
  return documents;
}

}  // namespace

TEST_CASE("schema: valid definitions are taken by the schema and by the reader") {
  const std::vector<std::string> documents = valid_documents();
  const std::vector<std::string> said = verdicts(documents);
  for (std::size_t i = 0; i < documents.size(); ++i) {
    INFO(documents[i]);
    CHECK(said[i] == "");
    CHECK(acctl::test::problems_of(documents[i]) == "");
  }
}

TEST_CASE("schema: the same bytes each time, all objects closed") {
  const auto schema = acctl::definitions_schema();
  CHECK(schema.dump() == acctl::definitions_schema().dump());
  CHECK(schema.at("$schema") == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema.at("additionalProperties") == false);
  for (const acctl::Kind& kind : acctl::kinds()) {
    INFO(kind.name);
    if (kind.internal || kind.value_only) continue;
    const auto& object = schema.at("properties").at(std::string(kind.name)).at("additionalProperties");
    CHECK(object.at("additionalProperties") == false);
    CHECK(object.at("properties").size() ==
          kind.fields.size() + kind.lists.size() + 1 + (kind.clonable ? 1 : 0) + (kind.first_status.empty() ? 0 : 1));
  }
}

TEST_CASE("no choice of the schema is empty, for editors refuse such a schema") {
  const json schema = json::parse(acctl::definitions_schema().dump());
  const std::function<void(const json&, const std::string&)> walk = [&](const json& node, const std::string& path) {
    INFO(path);
    if (node.is_object() && node.contains("enum") && node["enum"].is_array()) CHECK_FALSE(node["enum"].empty());
    if (!node.is_structured()) return;
    for (const auto& [key, value] : node.items()) walk(value, path + "/" + key);
  };
  walk(schema, "");
}

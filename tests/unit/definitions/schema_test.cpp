// The JSON Schema and the reader judge alike what both can judge.
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

const std::vector<std::string> invalid_documents = {
    "roles: {}\n",
    "acctl: 2\n",
    "[]\n",
    head + "rolls: {}\n",
    head + "protections: {}\n",
    head + "manager: Mr X\n",
    head + "schema: 0\n",
    head + "tenants: []\n",
    head + "tenants: {}\n",
    head + "tenants: [Acme]\n",
    head + "tenants: {slugs: [acme]}\n",
    head + "tenants: {match: {plan: []}}\n",
    head + "variables: {x: [1]}\n",
    head + "variables: {1x: y}\n",
    head + "roles: []\n",
    head + "roles: {a: }\n",
    head + "roles: {A B: {name: X}}\n",
    head + "roles: {a: {nmae: X}}\n",
    head + "roles: {a: {name: null}}\n",
    head + "roles: {a: {name: 5}}\n",
    head + "roles: {a: {name: \"\"}}\n",
    head + "roles: {a: {scope: world}}\n",
    head + "roles: {a: {system: 1}}\n",
    head + "roles: {a: {permissions: tickets.view}}\n",
    head + "roles: {a: {permissions: [tickets.view, tickets.view]}}\n",
    head + "roles: {a: {permissions: [tickets]}}\n",
    head + "roles: {a: {permissions: [{tickets.view: wide}]}}\n",
    head + "roles: {a: {permissions: [{tickets.view: group, tickets.edit: group}]}}\n",
    head + "roles: {a: {permissions: [{-tickets.view: group}]}}\n",
    head + "roles: {a: {previously: b}}\n",
    head + "statuses: {a: {clone: b}}\n",
    head + "statuses: {a: {colour: red}}\n",
    head + "priorities: {a: {level: 0}}\n",
    head + "priorities: {a: {level: \"1\"}}\n",
    head + "teams: {a: {members: [{ana@x.example: group}]}}\n",
    head + "teams: {a: {members: [ana]}}\n",
    head + "users: {ana: {name: Ana}}\n",
    head + "users: {ana@x.example: {status: gone}}\n",
    head + "users: {ana@x.example: {roles: [{b: {until: soon}}]}}\n",
    head + "users: {ana@x.example: {role_template: A B}}\n",
    head + "permissions: {tickets: {category: X}}\n",
    head + "permissions: {a.b: {category: X, levels: [wide]}}\n",
    head + "permissions: {a.b: {category: X, levels: [group, group]}}\n",
    head + "business_hours: {a: {hours: {someday: []}}}\n",
    head + "business_hours: {a: {hours: {monday: [\"9-5\"]}}}\n",
    head + "business_hours: {a: {holidays: [soon]}}\n",
    head + "automations: {a: {actions: []}}\n",
    head + "sla_policies: {a: {conditions: [x]}}\n",
    head + "automations: {a: {actions: [{explode: 1}]}}\n",
    head + "automations: {a: {actions: [{set_status: a, add_note: b}]}}\n",
    head + "automations: {a: {conditions: {channel: [pigeon]}}}\n",
    head + "forms: {a: {fields: [{label: A}]}}\n",
    head + "views: {a: {sort: [5]}}\n",
    head + "settings: {session.hours: many}\n",
    head + "settings: {locale: null}\n",
    head + "settings: {locale: German}\n",
    head + "settings: {branding.colour: red}\n",
    head + "settings: {time_zone: Mars/X}\n",
    head + "settings: {invitations.expire_days: 91}\n",
    head + "guards: {min_admins: 0}\n",
    head + "guards: {min_admin: 1}\n",
    head + "guards: {max_removals: 101%}\n",
    head + "guards: {max_removals: many}\n",
    head + "guards: {protect: roles/admin}\n",
    head + "guards: {protect: [rolls/admin]}\n",
    head + "tests: {role: a}\n",
    head + "tests: [{can: [a.b]}]\n",
    head + "tests: [{role: a}]\n",
    head + "tests: [{user: a@x.example, role: b, can: [a.b]}]\n",
    head + "tests: [{role: a, can: [nothing]}]\n",
    head + "tests: [{role: a, must: [a.b]}]\n",
};

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

TEST_CASE("schema: wrong definitions are refused by the schema and by the reader") {
  const std::vector<std::string> said = verdicts(invalid_documents);
  for (std::size_t i = 0; i < invalid_documents.size(); ++i) {
    INFO(invalid_documents[i]);
    CHECK(said[i] != "");
    CHECK(acctl::test::problems_of(invalid_documents[i]) != "");
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

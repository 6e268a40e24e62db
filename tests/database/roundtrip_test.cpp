// Definitions into a database and back: nothing is lost, nothing is made up.
#include "provisioning/base/embedded.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/database/read.hpp"
#include "provisioning/database/write.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/platform/platform.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::read_state;
using acctl::render_document;
using acctl::State;
using acctl::Transaction;
using acctl::test::TestPlatform;

namespace {

// An empty database of the tenant schema that the session may write to.
class Empty {
 public:
  Empty() {
    platform.control("create database empty owner acctl");
    platform.control("grant create on database empty to pg_database_owner");
    connection.emplace(platform.cluster.dsn("acctl", "empty"), acctl::SessionOptions{});
    migrate(*connection, acctl::tenant_migrations(), "pg_database_owner");
  }
  TestPlatform platform;
  std::optional<Connection> connection;
};

State declared(const std::string& text) { return acctl::declared_state(acctl::test::closed_definitions(text)); }

// Everything, people too.
acctl::Scope all() {
  acctl::Scope scope = acctl::configuration_scope();
  scope.everybody = true;
  return scope;
}

void insert(Connection& tenant, const State& state) { write_changes(tenant, acctl::diff({}, state)); }

// What `declared` says and `read` does not, as "kind/key.field".
std::string missing(const State& declared, const State& read) {
  std::string all;
  for (const auto& [kind, objects] : declared) {
    for (const auto& [key, object] : objects) {
      const auto of_kind = read.find(kind);
      if (of_kind == read.end() || !of_kind->second.contains(key)) {
        all += kind + "/" + key + "\n";
        continue;
      }
      const auto& fields = of_kind->second.at(key).fields;
      for (const auto& [name, value] : object.fields) {
        if (value.is_null()) continue;
        if (!fields.contains(name) || fields.at(name) != value) all += kind + "/" + key + "." + name + "\n";
      }
    }
  }
  return all;
}

std::string extra_objects(const State& declared, const State& read) {
  std::string all;
  for (const auto& [kind, objects] : read) {
    for (const auto& [key, object] : objects) {
      if (!declared.contains(kind) || !declared.at(kind).contains(key)) all += kind + "/" + key + "\n";
    }
  }
  return all;
}

constexpr const char* everything = R"(acctl: 1
permissions:
  "*": {category: All}
  tickets.view: {category: Tickets, levels: [global, group, restricted]}
  tickets.edit: {category: Tickets, description: "It's \"quoted\": yes\nand long"}
roles:
  admin: {name: Admin, system: true, permissions: ["*"]}
  agent:
    name: "no"
    description: "1e3"
    permissions: [tickets.edit, tickets.view: group]
role_templates:
  lead: {name: Lead, permissions: [tickets.view: restricted]}
users:
  ana@acme.example: {name: Ana, roles: [admin, agent], role_template: lead, crm_access: true, idp: okta, external_id: "007"}
  ben@acme.example: {roles: [], permissions: [tickets.view: global], session_hours: 8}
teams:
  tier-1: {name: Tier 1, assignment: round_robin, capacity: 5, notify: false, members: [ana@acme.example]}
statuses:
  new: {name: New, applies_to: ticket, category: open, colour: "#000000", position: -1, default: true}
priorities:
  high: {name: High, level: 1}
business_hours:
  office: {name: Office, time_zone: Europe/Berlin, hours: {monday: ["09:00-12:00", "13:00-24:00"]}, holidays: ["2026-12-25"]}
sla_policies:
  fast: {name: Fast, conditions: {priority: [high]}, first_response_minutes: 5, business_hours: office}
projects:
  p: {name: P}
custom_fields:
  size: {name: Size, type: dropdown, options: {choices: [S, M, "no", 5, true]}}
  total: {name: Total, type: formula, options: {formula: "1"}}
views:
  v:
    name: V
    type: chart
    project: p
    filters: {size: [S, "no"], total: [b, {c: 1.5}], assignee: [me, ana@acme.example]}
    sort: [-size]
    grouping: status
automations:
  a: {name: A, trigger: item.due, actions: [{notify: [me]}]}
forms:
  f: {name: F, creates: item, project: p, fields: [{field: subject}]}
email_templates:
  mail: {subject: "{{x}}", text: "a\nb\n", html: "<p>\"é\"</p>"}
kb_categories:
  k: {name: K}
settings:
  text: plain
  number: 5
  real: 0.5
  flag: false
  list: [1, a]
  map: {b: {c: []}}
  word: "true"
  empty: ""
)";

}  // namespace

TEST_CASE("a document of every kind is in the database what it was in the file") {
  Empty database;
  const State document = declared(everything);
  {
    Transaction transaction(*database.connection);
    insert(*database.connection, document);
    transaction.commit();
  }
  const State read = read_state(*database.connection, all());
  CHECK(missing(document, read).empty());
  CHECK(extra_objects(document, read).empty());
  CHECK(read.at("teams").at("tier-1").fields.at("capacity") == 5);
  CHECK_FALSE(read.at("role_permissions").at("agent/tickets.edit").fields.contains("level"));

  const std::string rendered = render_document(read);
  const State again = declared(rendered);
  CHECK(missing(read, again).empty());
  CHECK(missing(again, read).empty());
  CHECK(render_document(again) == rendered);
}

TEST_CASE("a document in another tenant gives the same bytes") {
  Empty database;
  const auto write_and_render = [&](const State& state) {
    Transaction transaction(*database.connection);
    insert(*database.connection, state);
    return render_document(read_state(*database.connection, all()));  // rolled back
  };
  const std::string first = write_and_render(declared(everything));
  CHECK(write_and_render(declared(first)) == first);
}

TEST_CASE("each pack is in its tenants what it is in its file, and its export is valid") {
  for (const acctl::Pack& pack : acctl::packs()) {
    INFO(pack.name);
    const TestPlatform platform;
    platform.create("acme", {"--pack", std::string(pack.name)});
    const State seeded = declared(std::string(pack.yaml));
    Connection tenant(platform.cluster.dsn("acctl", "acme"), {});
    const State read = read_state(tenant, acctl::configuration_scope());
    CHECK(missing(seeded, read).empty());
    // Beyond the pack there are only the tenant's own names.
    CHECK(extra_objects(seeded, read) ==
          "settings/branding.name\nsettings/portal.hostname\nsettings/support.address\n");
    CHECK_FALSE(read.contains("users"));
    CHECK_FALSE(read.contains("user_roles"));
    const State exported = declared(render_document(read));
    CHECK(missing(read, exported).empty());
    CHECK(missing(exported, read).empty());
  }
}

TEST_CASE("an edge to nothing is an error, not a row that is missing") {
  Empty database;
  State state = declared(everything);
  state["users"].erase("ana@acme.example");
  Transaction transaction(*database.connection);
  CHECK_THROWS_AS(insert(*database.connection, state), acctl::Error);
}

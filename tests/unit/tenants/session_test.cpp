// Promise 11: what keeps the door of a tenant's database shut, told from what was seen of it.
#include "provisioning/tenants/session.hpp"

#include "tests/support/catch.hpp"

using acctl::DoorFacts;
using acctl::ErrorKind;
using acctl::Tenant;

namespace {

Tenant acme() {
  Tenant tenant;
  tenant.slug = "acme";
  tenant.id = "one";
  tenant.database = "acme";
  tenant.epoch = 4;
  return tenant;
}

DoorFacts sound() {
  DoorFacts facts;
  facts.database = "acme";
  facts.tenant = "one";
  facts.epoch = 4;
  for (const acctl::Migration& migration : acctl::tenant_migrations()) {
    facts.migrations.push_back({migration.version, std::string(migration.checksum), std::string(migration.name)});
  }
  return facts;
}

// The kind of the first objection; none where the door opens.
std::optional<ErrorKind> objection(const DoorFacts& facts) {
  const auto all = acctl::objections(facts, acme());
  return all.empty() ? std::nullopt : std::optional(all.front().error.kind());
}

}  // namespace

TEST_CASE("promise 11: a database of another name or tenant, or of a later run, is not entered") {
  CHECK(objection(sound()) == std::nullopt);
  DoorFacts facts = sound();
  facts.database = "globex";
  CHECK(objection(facts) == ErrorKind::conflict);
  facts = sound();
  facts.tenant = "two";
  CHECK(objection(facts) == ErrorKind::conflict);
  facts = sound();
  facts.tenant = "";
  CHECK(objection(facts) == ErrorKind::conflict);
  facts = sound();
  facts.epoch = 5;
  CHECK(objection(facts) == ErrorKind::locked);
  facts.epoch = 3;  // of a run that did not come to the tenant
  CHECK(objection(facts) == std::nullopt);
}

TEST_CASE("promise 10: an older, newer or changed schema is not worked with, whatever the registry says") {
  DoorFacts facts = sound();
  facts.migrations.pop_back();
  CHECK(objection(facts) == ErrorKind::failed);
  facts = sound();
  facts.migrations.push_back({static_cast<std::int64_t>(facts.migrations.size()) + 1, "x", "future"});
  CHECK(objection(facts) == ErrorKind::conflict);
  facts = sound();
  facts.migrations.front().checksum = "x";
  CHECK(objection(facts) == ErrorKind::conflict);
}

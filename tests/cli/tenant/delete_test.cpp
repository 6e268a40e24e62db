// tenant delete: confirmed, exported, held, dropped; and back before it is dropped.
#include <filesystem>

#include "provisioning/definitions/definitions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::test::create_words;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

std::string databases(const TestPlatform& acctl) {
  return acctl.control(
      "select datname || ' ' || datallowconn from pg_database where datname not in "
      "('postgres', 'template0', 'template1', 'acctl') and datname not like 'acctl\\_template%' order by 1");
}

std::string roles(const TestPlatform& acctl) {
  return acctl.control(
      "select count(*) from pg_roles where rolname like 'acctl\\_%\\_owner' or rolname like "
      "'acctl\\_%\\_app'");
}

}  // namespace

TEST_CASE("delete asks for the slug once more") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string before = acctl.world_but_audit();
  const Result unconfirmed = acctl({"tenant", "delete", "acme"});
  CHECK(unconfirmed.status == 10);
  CHECK_THAT(unconfirmed.err, Catch::Contains("acctl tenant delete acme --confirm acme"));
  const Result wrong = acctl({"tenant", "delete", "acme", "--confirm", "acne"});
  CHECK(wrong.status == 3);
  CHECK_THAT(wrong.err, Catch::Contains("--confirm names acne, not acme"));
  CHECK(acctl({"tenant", "delete", "acme", "--yes"}).status == 10);
  CHECK(acctl({"tenant", "delete", "nosuch", "--confirm", "nosuch"}).status == 3);
  CHECK(acctl({"tenant", "delete", "a; rm -rf x"}).status == 3);
  CHECK(acctl({"tenant", "delete", "acme", "--dry-run"}).status == 0);
  for (const char* hold : {"-1h", "99999d", "30", "d", " 5d", "1e3d", "5D", "9223372036854775807d", ""}) {
    INFO(hold);
    CHECK(acctl({"tenant", "delete", "acme", "--confirm", "acme", std::string("--hold=") + hold}).status == 3);
  }
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("a deleted tenant is held out of reach, and comes back with its data") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string role = acctl.app_role("acme");
  acctl.in("acme", "insert into app.contacts (email) values ('someone@example.com')");
  Connection app(acctl.cluster.dsn(role, "acme"), {});
  const Result held = acctl({"tenant", "delete", "acme", "--confirm", "acme", "-o", "json"});
  REQUIRE(held.status == 0);
  CHECK(held.err.empty());  // with -o json it holds one object, and only on an error
  CHECK_THAT(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).err,
             Catch::Contains("tenant acme is deprovisioning; its database is held until 20"));
  CHECK(held.json()["status"] == "deprovisioning");
  CHECK(acctl.control("select round(extract(epoch from hold_until - now()) / 86400) from acctl.tenants") == "30");
  CHECK_THROWS_AS(app.query("select 1"), acctl::Error);
  CHECK_THAT(databases(acctl), Catch::Matches("acctl_deleted_[0-9a-f]{12} false"));
  CHECK_THROWS_AS(Connection(acctl.cluster.dsn(role, "acme"), {}), acctl::Error);
  CHECK(acctl.control("select count(*) from acctl.published_routes") == "0");
  CHECK(std::filesystem::exists(held.json()["resources"]["storage"].get<std::string>()));
  CHECK(acctl({"tenant", "doctor"}).status == 0);
  // The slug is not free, whatever the arguments.
  CHECK(acctl(create_words("acme")).status == 7);
  CHECK_THAT(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).err, Catch::Contains("nothing changed"));

  CHECK(acctl.json({"tenant", "resume", "acme"})["status"] == "active");
  CHECK(databases(acctl) == "acme true");
  Connection back(acctl.cluster.dsn(role, "acme"), {});
  CHECK(back.query("select email from app.contacts").text(0, 0) == "someone@example.com");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("a tenant says until when it is held, as long as it is") {
  const TestPlatform acctl;
  acctl.create("acme");
  CHECK(acctl.json({"tenant", "show", "acme"})["hold_until"].is_null());
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).status == 0);
  const std::string until = acctl.control(
      "select to_char(hold_until at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from acctl.tenants");
  CHECK(acctl.json({"tenant", "show", "acme"})["hold_until"] == until);
  CHECK(acctl.json({"tenant", "list"})[0]["hold_until"] == until);
  CHECK_THAT(acctl({"tenant", "show", "acme"}).out, Catch::Contains("held until") && Catch::Contains(until));
  REQUIRE(acctl({"tenant", "resume", "acme"}).status == 0);
  CHECK_THAT(acctl({"tenant", "show", "acme"}).out, !Catch::Contains("held until"));
}

TEST_CASE("a deletion that is called off leaves a suspended tenant suspended") {
  const TestPlatform acctl;
  acctl.create("acme");
  REQUIRE(acctl({"tenant", "suspend", "acme", "--yes"}).status == 0);
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).status == 0);
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "12h"}).status == 0);
  CHECK(acctl.json({"tenant", "resume", "acme"})["status"] == "suspended");
  CHECK(databases(acctl) == "acme true");
  CHECK(acctl.control("select count(*) from acctl.published_routes") == "0");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("acme") + "'") == "f");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
  CHECK(acctl.control("select (after ->> 'status') from acctl.audit order by id desc limit 1") == "suspended");
  CHECK(acctl.json({"tenant", "resume", "acme"})["status"] == "active");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("acme") + "'") == "t");
}

TEST_CASE("with --hold 0 all is dropped, and the registry row, the export and the audit stay") {
  const TestPlatform acctl;
  const auto tenant = acctl.create("acme");
  const auto gone = acctl.json({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"});
  CHECK(gone["status"] == "deleted");
  CHECK(gone["resources"].dump() == R"({"storage":"","hostnames":[],"support_address":""})");
  CHECK(databases(acctl).empty());
  CHECK(roles(acctl) == "0");
  CHECK_FALSE(std::filesystem::exists(tenant["resources"]["storage"].get<std::string>()));
  CHECK(acctl.control("select status || ' ' || (deleted_at is not null) from acctl.tenants") == "deleted true");
  CHECK(acctl.control("select string_agg(action, ' ' order by id) from acctl.audit where slug = 'acme'") ==
        "tenant.create tenant.activate tenant.deprovision tenant.delete");
  CHECK(acctl.control("select subscription from acctl.tenants") == "canceled");
  const std::string document = acctl.control("select document from acctl.tenant_exports");
  const acctl::Definitions exported =
      acctl::read_definitions({{"export", document}}, {.references = acctl::References::closed});
  CHECK(exported.objects.at("roles").contains("support-agent"));
  CHECK(document.find("ana@acme.example") == std::string::npos);

  CHECK_THAT(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).err, Catch::Contains("nothing changed"));
  CHECK(acctl({"tenant", "list"}).out.empty());
  CHECK(acctl({"tenant", "list", "--match", "status=deleted", "-o", "name"}).out == "acme\n");
  CHECK(acctl({"tenant", "resume", "acme"}).status == 7);

  const auto second = acctl.create("acme");
  CHECK(second["status"] == "active");
  CHECK(second["resources"]["storage"] != tenant["resources"]["storage"]);
  CHECK(acctl.control("select count(*) from acctl.tenants where slug = 'acme'") == "2");
  CHECK(acctl.json({"tenant", "show", "acme"})["status"] == "active");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("once the hold is over, the same call drops") {
  const TestPlatform acctl;
  acctl.create("acme");
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "12h", "--no-export"}).status == 0);
  CHECK(acctl.control("select count(*) from acctl.tenant_exports") == "0");
  acctl.control("update acctl.tenants set hold_until = now() - interval '1 second'");
  CHECK(acctl.json({"tenant", "delete", "acme", "--confirm", "acme"})["status"] == "deleted");
  CHECK(databases(acctl).empty());
}

TEST_CASE("a suspended and a failed tenant can be deleted") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl({"tenant", "suspend", "acme", "--yes"});
  CHECK(acctl.json({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"})["status"] == "deleted");

  acctl.control("create database bert");
  REQUIRE(acctl(create_words("bert")).status == 7);
  CHECK(acctl.json({"tenant", "delete", "bert", "--confirm", "bert", "--hold", "0"})["status"] == "deleted");
  CHECK(databases(acctl) == "bert true");  // a foreign database is not acctl's to drop
}

TEST_CASE("a tenant that never was active cannot be brought back as one") {
  const TestPlatform acctl;
  const std::string file = acctl.storage_root();
  acctl.control("update acctl.settings set value = '\"/dev/null/x\"' where key = 'storage_root'");
  REQUIRE(acctl(create_words("acme")).status == 1);
  acctl.control("update acctl.settings set value = to_jsonb('" + file + "'::text) where key = 'storage_root'");
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme"}).status == 0);
  const std::string before = acctl.world_but_audit();
  const Result resumed = acctl({"tenant", "resume", "acme"});
  CHECK(resumed.status == 7);
  CHECK_THAT(resumed.err, Catch::Contains("was never active"));
  CHECK(acctl.world_but_audit() == before);
  CHECK(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}).status == 0);
}

TEST_CASE("a tenant whose database is lost can still be deleted, and is told how") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("drop database acme");
  const Result refused = acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"});
  CHECK(refused.status != 0);
  CHECK_THAT(refused.err, Catch::Contains("--no-export"));
  CHECK(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0", "--no-export"}).status == 0);
  CHECK(roles(acctl) == "0");
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

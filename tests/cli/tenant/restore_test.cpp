// tenant restore: a tenant that has left comes back under another name, with its configuration or with everything.
#include <filesystem>

#include "provisioning/base/embedded.hpp"
#include "provisioning/definitions/end_mark.hpp"
#include "provisioning/local/client_program.hpp"
#include "provisioning/tenants/data_dump.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

// acme with a role of its own, two people and a ticket's contact.
void furnish(const TenantFixture& desk) {
  desk.applied(
      "roles: {triage: {name: Triage, permissions: [tickets.view]}}\n"
      "users: {ben@acme.example: {roles: [triage]}}\n");
  desk.in("update app.users set status = 'active'");
  desk.in("insert into app.contacts (email) values ('someone@example.com')");
  desk.in(
      "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256(email::bytea), now() + interval '1 "
      "day' from app.users");
}

std::string people(const TestPlatform& acctl, const std::string& tenant) {
  return acctl.in(tenant, "select string_agg(email || ' ' || status, ', ' order by email) from app.users");
}

std::string settings(const TestPlatform& acctl, const std::string& tenant) {
  return acctl.in(tenant,
                  "select string_agg(value #>> '{}', ' ' order by key) from app.settings where key in "
                  "('branding.name', 'portal.hostname', 'support.address')");
}

// Of acme, whatever the door says of its database: an export with its dump.
std::string export_by_hand(const TestPlatform& acctl) {
  const std::string path = acctl.folder.path() + "/by-hand.yaml";
  const Result dumped =
      acctl::test::run_program({.words = {acctl::find_client_program("pg_dump"), "--format=custom", "--file",
                                          path + ".dump", acctl.cluster.url("postgres", "acme")},
                                .environment = {}});
  REQUIRE(dumped.status == 0);
  put_file(path, acctl::with_end_mark(acctl::data_comment(acctl::describe_dump(path + ".dump")) + "acctl: 1\n", 0));
  return path;
}

bool has_role(const TestPlatform& acctl, const std::string& tenant, const std::string& role) {
  return acctl.in(tenant, "select count(*) from app.roles where key = '" + role + "'") == "1";
}

}  // namespace

TEST_CASE("a dropped tenant comes back from the archive under another name, once") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}).status == 0);
  const Words restore = {"tenant", "restore", "acme", "--as", "acme-2"};
  const std::string before = acctl.world_but_audit();
  Words rehearsal = restore;
  rehearsal.emplace_back("--dry-run");
  check_ended(acctl(rehearsal), 0, "tenant acme-2 would be restored from export 1; nothing was done");
  CHECK(acctl.world_but_audit() == before);
  check_ended(acctl(restore), 0, "tenant acme-2 is restored from export 1");
  CHECK(has_role(acctl, "acme-2", "triage"));
  CHECK(people(acctl, "acme-2") == "ana@acme.example invited");
  CHECK_THAT(settings(acctl, "acme-2"), Catch::Contains("acme-2.") && !Catch::Contains(" acme."));
  CHECK(acctl.control("select action || ' ' || slug from acctl.audit where action = 'tenant.restore'") ==
        "tenant.restore acme-2");
  check_ended(acctl({"tenant", "doctor"}), 0);
  const std::string after = acctl.world_but_audit();
  check_ended(acctl(restore), 0, "already restored from export 1; nothing changed");
  CHECK(acctl.world_but_audit() == after);
  // Under its own name, which is free again.
  check_ended(acctl({"tenant", "restore", "acme"}), 0, "tenant acme is restored from export 1");
  CHECK(has_role(acctl, "acme", "triage"));
  CHECK(desk.complaints() == "");
}

TEST_CASE("an administrator who has left is not invited back", "[promise 12]") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  desk.applied("users: {ben@acme.example: {roles: [+admin]}}\n");
  const std::string file = acctl.folder.path() + "/acme.yaml";
  check_ended(desk({"export", "--out", file}), 0);
  check_ended(acctl({"user", "offboard", "ana@acme.example", "--yes"}), 0);
  const std::string no_more = "ana@acme.example is no admin of tenant acme any more";
  const Words from_file = {"tenant", "restore", "acme", "--from", file, "--as", "acme-2"};
  check_ended(acctl(from_file), 7, no_more);
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "1h"}).status == 0);
  check_ended(acctl({"tenant", "restore", "acme", "--as", "acme-2"}), 7, "--admin-email");
  check_ended(acctl(from_file), 7, no_more);
  CHECK(acctl.control("select count(*) from acctl.tenants where slug = 'acme-2'") == "0");
  check_ended(acctl({"tenant", "restore", "acme", "--as", "acme-2", "--admin-email", "ben@acme.example"}), 0);
  CHECK(people(acctl, "acme-2") == "ben@acme.example invited");
}

TEST_CASE("a tenant that was not restored from that export is never overwritten") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  acctl.create("bert");
  const std::string path = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--out", path}), 0);
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "restore", "acme", "--from", path, "--as", "bert"}), 7,
              "is not restored from this export");
  check_ended(acctl({"tenant", "restore", "acme", "--from", path}), 7, "is not restored from this export");
  check_ended(acctl({"tenant", "restore", "acme", "--as", "new"}), 3, "the archive has no export of a tenant 'acme'");
  check_ended(acctl({"tenant", "restore", "gone", "--from", path, "--as", "new"}), 3, "Give --name and --admin-email");
  check_ended(acctl({"tenant", "restore", "acme", "--from", path + "x", "--as", "new"}), 3, "acme.yamlx");
  check_ended(acctl({"tenant", "restore", "acme", "--from", path, "--as", "new", "--with-data"}), 3,
              "was exported without data");
  put_file(path, file_text(path).substr(0, 500));
  check_ended(acctl({"tenant", "restore", "acme", "--from", path, "--as", "new"}), 3, "it was cut");
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("with data everything comes back, and nothing that let anybody in") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  const std::string path = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--with-data", "--out", path}), 0, "its data to " + path + ".dump");
  const Words restore = {"tenant", "restore", "acme", "--from", path, "--as", "acme-2", "--with-data"};
  check_ended(acctl(restore), 0, "is restored from acme.yaml with its data");
  CHECK(acctl.in("acme-2", "select email from app.contacts") == "someone@example.com");
  CHECK(has_role(acctl, "acme-2", "triage"));
  CHECK(people(acctl, "acme-2") == "ana@acme.example active, ben@acme.example suspended");
  CHECK(acctl.in("acme-2", "select count(*) from app.sessions where ended_at is null") == "0");
  CHECK(acctl.in("acme-2", "select count(*) from app.outbox where status in ('queued', 'held')") == "0");
  CHECK_THAT(settings(acctl, "acme-2"), Catch::Contains("acme-2.") && !Catch::Contains(" acme."));
  CHECK(acctl.json({"tenant", "show", "acme-2"})["status"] == "active");
  CHECK(acctl.in("acme-2", "select count(*) > 1 from acctl.runs") == "t");
  CHECK(acctl.in("acme-2",
                 "select string_agg(distinct relowner::regrole::text, ' ') from pg_class where "
                 "relnamespace::regnamespace::text in ('app', 'acctl')") == "pg_database_owner");
  CHECK(desk.complaints() == "");
  check_ended(acctl({"tenant", "doctor"}), 0);
  // The application can do there what it can do elsewhere.
  acctl::Connection application(acctl.cluster.dsn(acctl.app_role("acme-2"), "acme-2"), {});
  CHECK(application.query("select count(*) from app.users").integer(0, 0) == 2);
  check_ended(acctl({"team", "create", "tier-1", "--name", "Tier 1", "-t", "acme-2"}), 0);
  const std::string after = acctl.world_but_audit();
  check_ended(acctl(restore), 0, "nothing changed");
  CHECK(acctl.world_but_audit() == after);
  // The first one is what it was.
  CHECK(people(acctl, "acme") == "ana@acme.example active, ben@acme.example active");
}

TEST_CASE("a restore that has failed stays shut until it is finished", "[promise 12]") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  check_ended(desk({"api-key", "create", "organization", "--name", "ci", "--permission", "tickets.view"}), 0);
  check_ended(acctl({"tenant", "label", "acme", "tier=gold"}), 0);
  const std::string path = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--with-data", "--out", path}), 0);
  const Words restore = {"tenant", "restore", "acme", "--from", path, "--as", "acme-2", "--with-data", "--seats", "1"};
  check_ended(acctl(restore), 5, "the data takes 2 seats, and tenant acme-2 has 1");
  check_ended(acctl({"tenant", "resume", "acme-2"}), 7, "tenant acme-2 is not restored completely");
  CHECK(acctl.json({"tenant", "show", "acme-2"})["status"] == "suspended");
  check_ended(acctl({"tenant", "set-plan", "acme-2", "--seats", "2", "--yes"}), 0);
  check_ended(acctl(restore), 0, "is restored from acme.yaml");
  CHECK(acctl.in("acme-2", "select count(*) from app.api_keys where revoked_at is null") == "0");
  const auto shown = acctl.json({"tenant", "list", "acme-2"})[0];
  CHECK(shown["status"] == "active");
  CHECK(shown["seats"]["used"] == 2);
  CHECK(shown["labels"]["tier"] == "gold");
  // From now on it is suspended and resumed as any other.
  check_ended(acctl({"tenant", "suspend", "acme-2", "--yes"}), 0);
  check_ended(acctl({"tenant", "resume", "acme-2"}), 0);
}

TEST_CASE("a restore whose configuration is refused stays shut and unpublished until it is finished", "[promise 2]") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=on"}), 0);
  desk.applied(
      "idp:\n  entra: {name: E, issuer: 'https://login.example.com/a', client_id: a, domains: [acme.example], secret: "
      "'vault:a'}\nsettings: {sso.enforced: true}\n");
  check_ended(acctl({"tenant", "set-plan", "acme", "--feature", "sso=off", "--yes"}), 0,
              "it stays enforced (setting sso.enforced) and cannot be enforced anew");
  check_ended(acctl({"tenant", "doctor", "acme"}), 7, "acctl tenant set-plan acme --feature sso=on");
  const std::string path = acctl.folder.path() + "/acme.yaml";
  check_ended(desk({"export", "--with-identity", "--out", path}), 0);
  const Words restore = {"tenant", "restore", "acme", "--from", path, "--as", "acme-2"};
  const Result refused = acctl(restore);
  check_ended(refused, 5, "the plan does not include single sign-on");
  check_ended(refused, 5, "Tenant acme-2 stays suspended until the same command has restored it.");
  const auto is_shut = [&] {
    CHECK(acctl.json({"tenant", "show", "acme-2"})["status"] == "suspended");
    CHECK(acctl.control("select string_agg(hostname, ' ') from acctl.published_routes") == "acme.acctl.localhost");
    CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("acme-2") + "'") == "f");
    CHECK(acctl.in("acme-2", "select count(*) from app.outbox where status = 'sent'") == "0");
  };
  is_shut();
  check_ended(acctl({"tenant", "resume", "acme-2"}), 7, "tenant acme-2 is not restored completely");
  check_ended(acctl({"tenant", "retry", "acme-2"}), 0);
  check_ended(acctl(restore), 5, "the plan does not include single sign-on");
  is_shut();
  CHECK(acctl.control("select string_agg(action, ' ' order by id) from acctl.audit where slug = 'acme-2' and "
                      "action like 'tenant.%' and outcome = 'done'") == "tenant.create tenant.activate tenant.suspend");
  check_ended(acctl({"tenant", "set-plan", "acme-2", "--feature", "sso=on"}), 0);
  check_ended(acctl(restore), 0, "tenant acme-2 is restored from acme.yaml");
  const auto shown = acctl.json({"tenant", "list", "acme-2"})[0];
  CHECK(shown["status"] == "active");
  CHECK(shown["seats"]["used"] == 1);
  CHECK(acctl.in("acme-2", "select value from app.settings where key = 'sso.enforced'") == "true");
  CHECK(acctl.control("select count(*) from acctl.published_routes") == "2");
  check_ended(acctl({"tenant", "doctor", "acme-2"}), 0);
  check_ended(acctl({"tenant", "suspend", "acme-2", "--yes"}), 0);
  check_ended(acctl({"tenant", "resume", "acme-2"}), 0);
  CHECK(desk.complaints() == "");
}

TEST_CASE("a restore that was killed in its provisioning is finished shut, whoever finishes it", "[promise 2]") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  const std::string path = acctl.folder.path() + "/acme.yaml";
  desk.applied("teams: {night: {name: Night}}\n");
  check_ended(desk({"export", "--out", path}), 0);
  const Words restore = {"tenant", "restore", "acme", "--from", path, "--as", "acme-2"};
  acctl.control("create database \"acme-2\"");
  check_ended(acctl(restore), 7, "that is not this tenant's");
  acctl.control("drop database \"acme-2\"");
  check_ended(acctl({"tenant", "retry", "acme-2"}), 0, "tenant acme-2 is suspended");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("acme-2") + "'") == "f");
  CHECK(acctl.control("select string_agg(hostname, ' ') from acctl.published_routes") == "acme.acctl.localhost");
  check_ended(acctl({"tenant", "doctor", "acme-2"}), 7, "run the same 'acctl tenant restore' again");
  check_ended(acctl({"tenant", "resume", "acme-2"}), 7, "tenant acme-2 is not restored completely");
  check_ended(acctl(restore), 0, "tenant acme-2 is restored");
  CHECK(acctl.in("acme-2", "select count(*) from app.teams where key = 'night'") == "1");
  CHECK(acctl.json({"tenant", "show", "acme-2"})["status"] == "active");
}

TEST_CASE("a restore that never made its tenant is none of the tenant that gets the slug") {
  const TestPlatform acctl;
  acctl.control("insert into acctl.restores (slug, source, run) values ('later', 'x', 'y')");
  acctl.create("later");
  CHECK(acctl.control("select count(*) from acctl.restores") == "0");
  check_ended(acctl({"tenant", "suspend", "later", "--yes"}), 0);
  check_ended(acctl({"tenant", "resume", "later"}), 0);
}

TEST_CASE("people keep their access where that is wished, and a new administrator is invited") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  furnish(desk);
  REQUIRE(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--with-data", "--hold", "0"}).status == 0);
  check_ended(acctl({"tenant", "restore", "acme", "--as", "back", "--with-data", "--keep-access", "--admin-email",
                     "new@acme.example", "--name", "Back Inc."}),
              0);
  CHECK(people(acctl, "back") == "ana@acme.example active, ben@acme.example active, new@acme.example invited");
  CHECK(acctl.in("back",
                 "select count(*) from app.invitations i join app.users u on u.id = i.user_id where u.email = "
                 "'new@acme.example' and accepted_at is null and revoked_at is null") == "1");
  CHECK_THAT(settings(acctl, "back"), Catch::StartsWith("Back Inc."));
  CHECK(desk.complaints() == "");
}

TEST_CASE("a dump that was cut, changed or lost is refused before anything is made") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  const std::string path = acctl.folder.path() + "/acme.yaml";
  check_ended(acctl({"export", "-t", "acme", "--with-data", "--out", path}), 0);
  const std::string whole = file_text(path + ".dump");
  const std::string before = acctl.world_but_audit();
  const Words restore = {"tenant", "restore", "acme", "--from", path, "--as", "new", "--with-data"};
  put_file(path + ".dump", whole.substr(0, whole.size() / 2));
  check_ended(acctl(restore), 3, "was cut or changed since it was exported");
  fs::remove(path + ".dump");
  check_ended(acctl(restore), 3, "cannot read");
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("a dump of a newer schema is refused before anything is made") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  acctl.in("acme", "insert into acctl.migrations values (99, 'future', 'x')");
  const std::string path = export_by_hand(acctl);
  const std::string before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "restore", "acme", "--from", path, "--as", "new", "--with-data"}), 7, "knows only");
  CHECK(acctl.world_but_audit() == before);
}

TEST_CASE("what an older acctl has dumped is brought to the schema of this one") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  acctl.set_back("acme", acctl::tenant_migrations().size() - 1);
  const std::string path = export_by_hand(acctl);
  check_ended(acctl({"tenant", "restore", "acme", "--from", path, "--as", "old", "--with-data"}), 0);
  CHECK(has_role(acctl, "old", "mine"));
  CHECK(acctl.in("old", "select max(version) from acctl.migrations") ==
        std::to_string(acctl::tenant_migrations().size()));
  check_ended(acctl({"team", "create", "tier-1", "--name", "Tier 1", "-t", "old"}), 0);
}

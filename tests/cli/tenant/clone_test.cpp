// A clone is suspended and unpublished until it has the configuration of its source.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;

namespace {

using Words = std::vector<std::string>;

const Words cloning = {"tenant", "clone", "acme", "twin", "--name", "Twin", "--admin-email", "ana@twin.example"};
const std::string done = "tenant twin is configured like acme";

// Acme, which has a role of its own, and its clone twin.
struct Desk : TenantFixture {
  Desk() {
    applied("roles: {night: {name: Night, permissions: [tickets.view]}}\n");
    check_ended(acctl(cloning), 0, done);
    REQUIRE(has_role());
  }

  // As a kill leaves it that came before the configuration was there.
  void take_back() const {
    check_ended(acctl({"tenant", "suspend", "twin", "--yes"}), 0);
    acctl.in(
        "twin",
        "delete from app.roles where key = 'night'; delete from acctl.changes; delete from acctl.applied; delete from "
        "acctl.runs");
    acctl.control("update acctl.tenants set ledger_id = null, ledger_run = null, ledger_at = null where slug = 'twin'");
    say_unfinished();
  }

  void say_unfinished() const { acctl.control("update acctl.restores set tenant_id = null, finished_at = null"); }

  bool is_shut() const {
    return acctl.json({"tenant", "show", "twin"})["status"] == "suspended" &&
           acctl.control("select string_agg(hostname, ' ') from acctl.published_routes") == "acme.acctl.localhost" &&
           acctl.control("select rolcanlogin from pg_roles where rolname = '" + acctl.app_role("twin") + "'") == "f";
  }

  bool has_role() const { return acctl.in("twin", "select count(*) from app.roles where key = 'night'") == "1"; }
};

}  // namespace

TEST_CASE("a clone is shut and unpublished until it has the configuration of its source", "[promise 2]") {
  const Desk desk;
  CHECK(desk.acctl.control("select string_agg(action, ' ' order by id) from acctl.audit where slug = 'twin' and action "
                           "like 'tenant.%' and outcome = 'done'") ==
        "tenant.create tenant.activate tenant.suspend tenant.resume tenant.clone");
  CHECK(desk.acctl.json({"tenant", "show", "twin"})["status"] == "active");
  CHECK(desk.acctl.json({"tenant", "list", "twin"})[0]["unfinished"].is_null());
  CHECK(desk.acctl.control("select count(*) from acctl.published_routes") == "2");
  check_ended(desk.acctl({"tenant", "doctor", "twin"}), 0);
  // From then on it is a tenant like others.
  check_ended(desk.acctl({"tenant", "suspend", "twin", "--yes"}), 0);
  check_ended(desk.acctl(cloning), 7, "acctl tenant resume twin");
  check_ended(desk.acctl({"tenant", "resume", "twin"}), 0);
  CHECK(desk.complaints() == "");
}

TEST_CASE("a clone that is not finished is not opened, is named so, and finished by the same command",
          "[promise 1][promise 2]") {
  const Desk desk;
  const TestPlatform& acctl = desk.acctl;
  desk.take_back();
  CHECK(acctl.json({"tenant", "list", "twin"})[0]["unfinished"] == "clone of acme");
  CHECK(acctl.json({"tenant", "list", "acme"})[0]["unfinished"].is_null());
  CHECK_THAT(acctl({"tenant", "list", "-o", "table"}).out, Catch::Contains("suspended (clone of acme unfinished)"));
  check_ended(acctl({"tenant", "status", "twin"}), 0, "tenant twin is suspended (clone of acme unfinished)");
  const auto resumed = acctl({"tenant", "resume", "twin"});
  check_ended(resumed, 7, "tenant twin is not configured completely");
  check_ended(resumed, 7, "'acctl tenant clone acme twin'");
  check_ended(acctl({"tenant", "doctor", "twin"}), 7, "run the same 'acctl tenant clone acme twin' again");
  check_ended(acctl({"tenant", "retry", "twin"}), 0);
  Words rehearsed = cloning;
  rehearsed.emplace_back("--dry-run");
  check_ended(acctl(rehearsed), 0, "would be created like acme");
  CHECK(desk.is_shut());
  // What is refused leaves it shut, and the same command finishes it later.
  acctl.in(
      "twin",
      "create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'; "
      "create trigger refuse before insert on app.roles execute function public.refuse()");
  check_ended(acctl(cloning), 1, "Tenant twin stays suspended until the same command has configured it.");
  CHECK(desk.is_shut());
  acctl.in("twin", "drop trigger refuse on app.roles; drop function public.refuse");
  check_ended(acctl(cloning), 0, done);
  CHECK(desk.has_role());
  CHECK(acctl.json({"tenant", "show", "twin"})["status"] == "active");
  check_ended(acctl({"tenant", "doctor", "twin"}), 0);
}

TEST_CASE("a clone that was killed after it was opened is finished by the same command", "[promise 1]") {
  const Desk desk;
  desk.say_unfinished();
  check_ended(desk.acctl(cloning), 0, done);
  CHECK(desk.acctl.json({"tenant", "list", "twin"})[0]["unfinished"].is_null());
}

TEST_CASE("a clone that was killed in its provisioning is finished shut, whoever finishes it", "[promise 2]") {
  const TenantFixture desk;
  const TestPlatform& acctl = desk.acctl;
  acctl.control("create database twin");
  check_ended(acctl(cloning), 7, "that is not this tenant's");
  acctl.control("drop database twin");
  check_ended(acctl({"tenant", "retry", "twin"}), 0, "tenant twin is suspended (clone of acme unfinished)");
  CHECK(acctl.control("select string_agg(hostname, ' ') from acctl.published_routes") == "acme.acctl.localhost");
  check_ended(acctl(cloning), 0, done);
  CHECK(acctl.json({"tenant", "show", "twin"})["status"] == "active");
}

TEST_CASE("a clone of one tenant that is not finished is none of another, and goes with its tenant") {
  const Desk desk;
  const TestPlatform& acctl = desk.acctl;
  acctl.create("bert");
  desk.take_back();
  Words other = cloning;
  other[2] = "bert";
  check_ended(acctl(other), 7, "not a clone of that tenant");
  CHECK(desk.acctl.json({"tenant", "show", "twin"})["status"] == "suspended");
  check_ended(acctl({"tenant", "delete", "twin", "--confirm", "twin", "--no-export", "--hold", "0"}), 0);
  acctl.create("twin");
  CHECK(acctl.json({"tenant", "show", "twin"})["status"] == "active");
  CHECK(acctl.json({"tenant", "show", "twin"})["unfinished"].is_null());
}

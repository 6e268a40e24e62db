// Promise 12: whoever left is not invited into a tenant that is not finished, by whatever command finishes it.
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::Start;
using acctl::test::TestPlatform;

namespace {

const std::string olga = "olga@umbrella.example";
const std::string has_left = olga + ", its first administrator, has left (run ";

std::vector<std::string> creation(const std::string& admin, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"tenant", "create", "initech", "--name", "Initech", "--admin-email", admin};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// acme, in which olga is an active user, and initech, whose provisioning stopped with olga as its administrator.
struct HalfMade {
  explicit HalfMade(const std::vector<std::string>& more = {}) {
    acctl.create("acme", more);
    check_ended(acctl({"user", "invite", olga, "--role", more.empty() ? "support-agent" : "viewer", "-t", "acme"}), 0);
    acctl.in("acme", "update app.users set status = 'active'");
  }

  // Before its database was made.
  void stop_early(const std::vector<std::string>& more = {}) const {
    acctl.control("create database initech");
    check_ended(acctl(creation(olga, more)), 7);
    acctl.control("drop database initech");
  }

  // When it was seeded and not yet active.
  void stop_late(const std::string& admin, const std::vector<std::string>& more = {}) const {
    acctl.control(
        "create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end "
        "$$; create trigger refuse before update on acctl.tenants for each row when (new.status = 'active' and "
        "old.status <> 'active') execute function public.refuse()");
    CHECK(acctl(creation(admin, more)).status != 0);
    acctl.control("drop function public.refuse cascade");
    CHECK(acctl.control("select status from acctl.tenants where slug = 'initech'") == "failed");
  }

  // "ben@initech.example invited admin 1", of everybody in initech: status, roles, mails that wait.
  std::string people() const {
    return acctl.in("initech",
                    "select string_agg(u.email || ' ' || u.status || ' ' || (select string_agg(r.key, '+' order by "
                    "r.key) from app.user_roles h join app.roles r on r.id = h.role_id where h.user_id = u.id) || ' ' "
                    "|| (select count(*) from app.outbox o where o.user_id = u.id), ', ' order by u.email) from "
                    "app.users u");
  }

  std::string complaints() const {
    std::string all;
    for (const std::string& violation : acctl::test::violations({.cluster = acctl.cluster})) all += violation + "\n";
    return all;
  }

  TestPlatform acctl;
};

}  // namespace

TEST_CASE("promise 12: a tenant whose administrator left before it was finished waits for another one") {
  const HalfMade world;
  const TestPlatform& acctl = world.acctl;
  world.stop_early();
  const Result asked = acctl({"user", "offboard", olga});
  check_ended(asked, 10, "keep " + olga + " out of initech");
  CHECK(acctl.control("select count(*) from acctl.departures") == "0");
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 0,
              "tenant initech is not finished, and " + olga + " is its first administrator");
  const std::string before = acctl.world();
  check_ended(acctl({"user", "offboard", olga}), 0);
  CHECK(difference(before, acctl.world()) == "");
  // However it is gone on with.
  const std::string file = acctl.folder.path() + "/tenants.yaml";
  put_file(file, "acctl: 1\ntenants:\n  initech: {name: Initech, admin_email: " + olga + "}\n");
  const std::string world_before = acctl.world_but_audit();
  check_ended(acctl({"tenant", "retry", "initech"}), 7, has_left);
  check_ended(acctl({"tenant", "retry", "initech", "--dry-run"}), 7, has_left);
  check_ended(acctl(creation(olga)), 7, has_left);
  check_ended(acctl(creation(olga, {"--dry-run"})), 7, has_left);
  check_ended(acctl({"tenant", "create", "-f", file}), 7, has_left);
  check_ended(acctl({"tenant", "doctor", "initech", "--fix"}), 7, has_left);
  // Another administrator, and nothing else, may be named.
  check_ended(acctl(creation("ben@initech.example", {"--plan", "pro"})), 7,
              "exists with other arguments: plan is trial, not pro");
  check_ended(acctl(creation("ben@initech.example", {"--dry-run"})), 0, "would be resumed");
  CHECK(difference(world_before, acctl.world_but_audit()) == "");
  check_ended(acctl(creation("ben@initech.example")), 0, "tenant initech is active (resumed)");
  CHECK(world.people() == "ben@initech.example invited admin 1");
  CHECK(acctl.control("select count(*) from acctl.departures") == "0");
  CHECK(acctl.control("select (before ->> 'admin_email') || ' ' || (after ->> 'admin_email') from acctl.audit where "
                      "action = 'tenant.admin'") == olga + " ben@initech.example");
  check_ended(acctl(creation("ben@initech.example")), 0, "nothing changed");
  check_ended(acctl(creation(olga)), 7, "admin email is ben@initech.example, not " + olga);
  CHECK(world.complaints() == "");
}

TEST_CASE("promise 12: an administrator who was seeded and left before the tenant was active is not in it") {
  const HalfMade world;
  const TestPlatform& acctl = world.acctl;
  // Nobody anywhere else.
  const std::string admin = "kim@initech.example";
  world.stop_late(admin, {"--seats", "1"});
  CHECK(world.people() == admin + " invited admin 1");
  check_ended(acctl({"user", "offboard", admin, "--yes"}), 0, "is its first administrator");
  check_ended(acctl({"tenant", "retry", "initech"}), 7, admin + ", its first administrator, has left");
  check_ended(acctl(creation("ben@initech.example", {"--admin-name", "Ben"})), 0, "is active (resumed)");
  CHECK(world.people() == "ben@initech.example invited admin 1");
  CHECK(acctl.in("initech", "select name from app.users") == "Ben");
  CHECK(acctl.in("initech", "select count(*) from app.outbox where recipient = '" + admin + "'") == "0");
  check_ended(acctl({"tenant", "doctor", "initech"}), 0);
  CHECK(world.complaints() == "");
}

TEST_CASE("promise 12: whoever was deactivated everywhere is not invited either, and is again when reactivated") {
  const HalfMade world;
  const TestPlatform& acctl = world.acctl;
  world.stop_early();
  check_ended(acctl({"user", "deactivate", olga, "--all", "--yes"}), 0, "is its first administrator");
  check_ended(acctl({"tenant", "retry", "initech"}), 7, has_left);
  check_ended(acctl({"user", "reactivate", olga, "-t", "acme"}), 0);
  check_ended(acctl({"tenant", "retry", "initech"}), 7, has_left);
  check_ended(acctl({"user", "reactivate", olga, "--all"}), 0);
  check_ended(acctl({"tenant", "retry", "initech"}), 0);
  CHECK(world.people() == olga + " invited admin 1");
}

TEST_CASE("promise 12: people of an enterprise who left while its tenant was being made are not in it",
          "[rule enterprise]") {
  const HalfMade world({"--pack", "msp"});
  const TestPlatform& acctl = world.acctl;
  check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  check_ended(acctl({"enterprise", "add-tenant", "umbrella", "acme", "--yes"}), 0);
  check_ended(acctl({"enterprise", "grant", "umbrella", olga, "manager", "--yes"}), 0);
  world.stop_late("kim@initech.example", {"--enterprise", "umbrella", "--pack", "msp"});
  CHECK(acctl.in("initech", "select count(*) from app.users where email = '" + olga + "'") == "1");
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 0);
  check_ended(acctl({"tenant", "retry", "initech"}), 0);
  CHECK(acctl.in("initech", "select count(*) from app.users where email = '" + olga + "'") == "0");
  CHECK(acctl.in("initech", "select count(*) from app.outbox where recipient = '" + olga + "'") == "0");
  CHECK(acctl.control("select count(*) from acctl.departures") == "0");
  CHECK(world.complaints() == "");
}

TEST_CASE("an enterprise whose founder left before its first tenant was finished is founded by the next administrator",
          "[rule enterprise]") {
  const HalfMade world({"--pack", "msp"});
  const TestPlatform& acctl = world.acctl;
  check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  const std::vector<std::string> more = {"--enterprise", "umbrella", "--pack", "msp"};
  world.stop_late(olga, more);
  CHECK(acctl.control("select founder from acctl.enterprises") == olga);
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 0);
  CHECK(acctl.control("select count(*) from acctl.enterprise_grants") == "0");
  check_ended(acctl({"tenant", "retry", "initech"}), 7, has_left);
  check_ended(acctl(creation("ben@initech.example", more)), 0);
  CHECK(acctl.control("select founder from acctl.enterprises") == "ben@initech.example");
  CHECK(acctl.control("select email || ' ' || role from acctl.enterprise_grants") ==
        "ben@initech.example enterprise-admin");
  CHECK(acctl.in("initech", "select count(*) from app.users where email = '" + olga + "'") == "0");
  CHECK(world.complaints() == "");
}

TEST_CASE("a tenant joins an enterprise whose first tenant is not finished, and founds nothing", "[rule enterprise]") {
  const HalfMade world({"--pack", "msp"});
  const TestPlatform& acctl = world.acctl;
  check_ended(acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"}), 0);
  world.stop_early({"--enterprise", "umbrella", "--pack", "msp"});
  check_ended(acctl({"enterprise", "add-tenant", "umbrella", "acme", "--yes"}), 0,
              "no enterprise admin is appointed: tenant initech, its first one, is failed");
  CHECK(acctl.control("select count(founder) from acctl.enterprises") == "0");
  CHECK(acctl.control("select e.key from acctl.tenants t join acctl.enterprises e on e.id = t.enterprise_id where "
                      "t.slug = 'acme'") == "umbrella");
  check_ended(acctl({"tenant", "retry", "initech"}), 0);
}

TEST_CASE("promise 12: whoever leaves while a tenant is activated for them is out of it, or is told to be in it") {
  const HalfMade world;
  const TestPlatform& acctl = world.acctl;
  // Holds the activation, and with it the tenant's row, until the gate is open.
  acctl.control(
      "create table public.gate (); create function public.wait_at_gate() returns trigger language plpgsql security "
      "definer as $$ begin for i in 1..1000 loop exit when exists (select from pg_class where relname = 'open_gate'); "
      "perform pg_sleep(0.02); end loop; return new; end $$; create trigger gate before update on acctl.tenants for "
      "each row when (new.status = 'active' and old.status = 'provisioning') execute function public.wait_at_gate()");
  const auto waits = [&](const std::string& condition) {
    return eventually([&] { return acctl.control("select count(*) from pg_stat_activity where " + condition) == "1"; });
  };
  Running creating(acctl.acctl.call(creation(olga)));
  REQUIRE(waits("wait_event = 'PgSleep'"));
  Running leaving(acctl.acctl.call({"user", "offboard", olga, "--yes"}));
  REQUIRE(waits("wait_event_type = 'Lock'"));
  acctl.control("create table public.open_gate ()");
  check_ended(creating.finish(), 0);
  check_ended(leaving.finish(), 6, "tenant initech has " + olga);
  // What is active has no other admin: that is for a person to decide.
  check_ended(acctl({"user", "offboard", olga, "--yes"}), 5, "tenant initech: ");
}

#include "provisioning/database/migrations.hpp"

#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::applied_version;
using acctl::Connection;
using acctl::Error;
using acctl::ErrorKind;
using acctl::migrate;
using acctl::Migration;
using acctl::test::Cluster;
using acctl::test::TestPlatform;

namespace {

const std::vector<Migration> three = {
    {1, "0001_one", "a", "create table public.one (a int); insert into public.one values (1)"},
    {2, "0002_two", "b", "create table public.two (a int)"},
    {3, "0003_three", "c", "alter table public.one add b int default 2 not null"}};

ErrorKind kind_of(const std::function<void()>& action, const std::string& says = "") {
  try {
    action();
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Catch::Contains(says));
    return error.kind();
  }
  FAIL("no error was thrown");
  return ErrorKind::failed;
}

std::string records(const Cluster& cluster) {
  return cluster.query("acctl",
                       "select string_agg(version || name || checksum, ' ' order by version) from "
                       "acctl.migrations");
}

}  // namespace

TEST_CASE("migrations run once each, in order, with their records") {
  const Cluster cluster;
  Connection database(cluster.dsn(), {});
  CHECK(applied_version(database, three) == 0);
  CHECK(migrate(database, {three[0]}, "") == 1);
  CHECK(applied_version(database, three) == 1);
  CHECK(migrate(database, three, "") == 3);
  CHECK(migrate(database, three, "") == 3);
  CHECK(records(cluster) == "10001_onea 20002_twob 30003_threec");
  CHECK(cluster.query("acctl", "select a || ' ' || b from public.one") == "1 2");
}

TEST_CASE("a migration that fails leaves nothing of itself, and the earlier ones stay") {
  const Cluster cluster;
  Connection database(cluster.dsn(), {});
  std::vector<Migration> broken = three;
  broken[1].sql = "create table public.two (a int); select 1/0";
  CHECK(kind_of([&] { migrate(database, broken, ""); }) == ErrorKind::failed);
  CHECK(records(cluster) == "10001_onea");
  CHECK(cluster.query("acctl", "select to_regclass('public.two') is null") == "t");
  CHECK(migrate(database, three, "") == 3);
}

TEST_CASE("a newer schema, a changed migration and a gap are refused before anything runs", "[promise 10]") {
  const Cluster cluster;
  Connection database(cluster.dsn(), {});
  migrate(database, {three[0], three[1]}, "");
  const auto refused = [&](const std::vector<Migration>& known, const std::string& says) {
    CHECK(kind_of([&] { applied_version(database, known); }, says) == ErrorKind::conflict);
    CHECK(kind_of([&] { migrate(database, known, ""); }, says) == ErrorKind::conflict);
    CHECK(cluster.query("acctl", "select count(*) from information_schema.columns where table_name = 'one'") == "1");
  };
  refused({three[0]}, "is at version 2, this acctl knows only 1");
  std::vector<Migration> changed = three;
  changed[1].checksum = "other";
  refused(changed, "migration 0002_two of database 'acctl' differs from the migration that this acctl has");
  cluster.query("acctl", "delete from acctl.migrations where version = 1");
  refused(three, "differs from the migration");
  // Nor is a gap hidden by a migration that is called again what it was.
  std::vector<Migration> alike = three;
  alike[0].checksum = alike[1].checksum;
  refused(alike, "differs from the migration");
}

TEST_CASE("a lock that the application holds makes a migration wait for its limit, not for ever") {
  const Cluster cluster;
  Connection application(cluster.dsn(), {});
  Connection database(cluster.dsn(), {.lock_timeout = std::chrono::milliseconds(100)});
  migrate(database, {three[0], three[1]}, "");
  acctl::Transaction transaction(application);
  transaction.query("select * from public.one");
  CHECK(kind_of([&] { migrate(database, three, ""); }) == ErrorKind::locked);
  CHECK(records(cluster) == "10001_onea 20002_twob");
  transaction.commit();
  CHECK(migrate(database, three, "") == 3);
}

TEST_CASE("a migration that waits for the application comes through once it is done, and never waits for long") {
  const Cluster cluster;
  Connection application(cluster.dsn(), {});
  Connection database(cluster.dsn(), {});
  migrate(database, {three[0], three[1]}, "");
  auto transaction = std::make_unique<acctl::Transaction>(application);
  transaction->query("select * from public.one");
  std::future<int> migrated = std::async(std::launch::async, [&] { return migrate(database, three, ""); });
  // Each time it has given up, the application is not kept waiting behind it.
  CHECK(acctl::test::eventually([&] {
    return cluster.query("acctl", "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "1";
  }));
  CHECK(acctl::test::eventually([&] {
    return cluster.query("acctl", "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == "0";
  }));
  transaction->commit();
  CHECK(migrated.get() == 3);
}

TEST_CASE("what a future migration does to an existing tenant works as acctl and belongs to the owner") {
  const TestPlatform acctl;
  acctl.create("acme");
  std::vector<Migration> future = acctl::tenant_migrations();
  future.push_back({static_cast<int>(future.size()) + 1, "future", "x",
                    "create schema reports;"
                    "create table reports.daily (day date primary key, tickets bigint not null);"
                    "alter table app.tickets add language text;"
                    "create index tickets_language on app.tickets (language);"
                    "create function app.future() returns int language sql as 'select 1';"
                    "grant select on reports.daily to acctl_app, acctl_operator;"
                    "grant usage on schema reports to acctl_app, acctl_operator;"
                    "update app.settings set value = '1' where key = 'session.hours';"
                    "alter table acctl.tenant add note text"});
  const std::string owner = acctl.control("select owner_role from acctl.tenants");
  Connection database(acctl.cluster.dsn("acctl", "acme"), {});
  acctl::rehearse_migrations(database, future, "pg_database_owner", owner);
  CHECK(applied_version(database, future) + 1 == static_cast<int>(future.size()));
  CHECK(migrate(database, future, "pg_database_owner", owner) == static_cast<int>(future.size()));
  CHECK(acctl.in("acme",
                 "select string_agg(distinct relowner::regrole::text, ' ') from pg_class where relnamespace::"
                 "regnamespace::text in ('app', 'acctl', 'reports')") == "pg_database_owner");
  Connection application(acctl.cluster.dsn(acctl.app_role("acme"), "acme"), {});
  CHECK(application.query("select count(*) from reports.daily").integer(0, 0) == 0);
  CHECK_THROWS_AS(application.query("insert into reports.daily values (now(), 1)"), Error);
}

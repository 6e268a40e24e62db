// Several writers on one tenant: never a mixture, never a silent overwrite, never without an end.
#include <filesystem>
#include <future>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

std::future<Result> start_run(const TenantFixture& desk, const Words& words) {
  return std::async(std::launch::async, [&desk, words] { return desk(words); });
}

// Configuration as the tenant's own application holds it: whoever has the row is the only writer.
struct Holder {
  explicit Holder(const TenantFixture& desk) : session(desk.acctl.cluster.dsn("postgres", "acme"), {}) {
    session.script("begin; select from acctl.revision for update");
  }
  Connection session;
};

bool waits(const TenantFixture& desk) {
  return desk.in(
             "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name like "
             "'acctl/%' and datname = 'acme'") != "0";
}

}  // namespace

TEST_CASE("two applies at once: the tenant is what one of them wanted, never a mixture") {
  const TenantFixture desk;
  const auto text = [](const std::string& name) {
    std::string all = "roles:\n  shared: {name: " + name + ", permissions: [" +
                      (name == "Left" ? "tickets.view, tickets.edit" : "items.view, items.edit") + "]}\nteams:\n";
    for (int i = 0; i < 20; ++i) all += "  t" + std::to_string(i) + ": {name: " + name + "}\n";
    return all;
  };
  for (int round = 0; round < 4; ++round) {
    std::future<Result> left = start_run(desk, {"apply", "-f", desk.file(text("Left"), "left.yaml"), "--yes"});
    std::future<Result> right = start_run(desk, {"apply", "-f", desk.file(text("Right"), "right.yaml"), "--yes"});
    const int done = desk.in("select 1") == "1" ? 0 : 1;
    const Result first = left.get();
    const Result second = right.get();
    INFO(first.err << second.err);
    for (const Result& result : {first, second}) {
      CHECK((result.status == done || result.status == 7 || result.status == 9));
    }
    CHECK((first.status == 0 || second.status == 0));
    const std::string name = desk.in("select name from app.roles where key = 'shared'");
    CHECK(desk.permissions_of("shared") == (name == "Left" ? "tickets.edit tickets.view" : "items.edit items.view"));
    CHECK(desk.in("select count(distinct name) || max(name) from app.teams") == "1" + name);
  }
  CHECK(desk.in("select count(*) from acctl.runs where outcome <> 'done'") == "0");
}

TEST_CASE("the same apply twice at once changes the tenant once") {
  const TenantFixture desk;
  const Words words = {"apply", "-f", desk.file("roles:\n  helper: {name: Helper}\n"), "--yes"};
  std::future<Result> one = start_run(desk, words);
  std::future<Result> two = start_run(desk, words);
  const std::vector<int> ends = {one.get().status, two.get().status};
  for (const int end : ends) CHECK((end == 0 || end == 7));
  CHECK((ends[0] == 0 || ends[1] == 0));
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "1");
  CHECK(desk.in("select count(*) from acctl.runs where outcome = 'done'") == "1");
}

TEST_CASE("apply against undo: one comes first, and the ledger tells the story of what is there") {
  const TenantFixture desk;
  for (int round = 0; round < 4; ++round) {
    const std::string name = "N" + std::to_string(round);
    const std::string run = desk.applied("roles:\n  helper: {name: " + name + "}\n");
    std::future<Result> undo = start_run(desk, {"undo", run, "--yes"});
    std::future<Result> apply =
        start_run(desk, {"apply", "-f", desk.file("roles:\n  helper: {name: Next}\n", "next.yaml"), "--yes"});
    const Result undone = undo.get();
    const Result applied = apply.get();
    INFO(undone.err << applied.err);
    CHECK((undone.status == 0 || undone.status == 7));
    CHECK((applied.status == 0 || applied.status == 7));
    CHECK((applied.status == 0 || undone.status == 0));
    // Each change of the name begins where the one before ended.
    CHECK(desk.in("with c as (select fields -> 'name' ->> 'before' as before, lag(fields -> 'name' ->> 'after') over "
                  "(order by run_id) as was from acctl.changes where kind = 'roles' and key = 'helper' and fields ? "
                  "'name') select count(*) from c where before is distinct from was") == "0");
    CHECK(desk.in("select coalesce((select name from app.roles where key = 'helper'), '-') = coalesce((select fields "
                  "-> 'name' ->> 'after' from acctl.changes where kind = 'roles' and fields ? 'name' order by run_id "
                  "desc limit 1), '-')") == "t");
  }
}

TEST_CASE("apply waits for who holds the configuration, and says so in time") {
  const TenantFixture desk;
  const std::string path = desk.file("roles:\n  helper: {name: Helper}\n");
  Holder holder(desk);
  const std::string before = desk.everything();
  check_ended(desk({"apply", "-f", path, "--yes", "--timeout", "300ms"}), 9);
  CHECK(difference(before, desk.everything()) == "");
  // A plan asks for no lock.
  check_ended(desk({"plan", "-f", path, "--timeout", "5s"}), 0);
  std::future<Result> waiting = start_run(desk, {"apply", "-f", path, "--yes"});
  CHECK(eventually([&] { return waits(desk); }));
  holder.session.script("commit");
  check_ended(waiting.get(), 0);
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "1");
}

TEST_CASE(
    "an edit by the application between plan and commit is seen: elsewhere it is kept, on the object it is a "
    "conflict") {
  const TenantFixture desk;
  desk.applied("roles:\n  helper: {name: Helper}\n");
  const std::string path = desk.file("roles:\n  helper: {name: Next}\n");
  const auto meanwhile = [&](const std::string& edit) {
    Holder holder(desk);
    std::future<Result> waiting = start_run(desk, {"apply", "-f", path, "--yes"});
    CHECK(eventually([&] { return waits(desk); }));
    holder.session.script(edit + "; commit");
    return waiting.get();
  };
  check_ended(meanwhile("update app.roles set name = 'Hand' where key = 'helper'"), 7, "has changed since the plan");
  CHECK(desk.in("select name from app.roles where key = 'helper'") == "Hand");
  check_ended(meanwhile("update app.statuses set name = 'Fresh' where key = 'new'"), 0);
  CHECK(desk.in("select name from app.roles where key = 'helper'") == "Next");
  CHECK(desk.in("select name from app.statuses where key = 'new'") == "Fresh");
}

TEST_CASE("import, sync and undo that plan again while they wait still know what they were given") {
  const TenantFixture desk;
  const auto meanwhile = [&](const Words& words, const std::string& given, const std::string& name) {
    Holder holder(desk);
    std::future<Result> waiting = start_run(desk, words);
    CHECK(eventually([&] { return waits(desk); }));
    if (!given.empty()) std::filesystem::remove(given);
    holder.session.script("update app.statuses set name = '" + name + "' where key = 'new'; commit");
    const Result result = waiting.get();
    CHECK(desk.in("select name from app.statuses where key = 'new'") == name);
    return result;
  };
  const std::string definitions = desk.file("teams:\n  t: {name: T}\n");
  check_ended(meanwhile({"import", "-f", definitions, "--edited", "--yes"}, definitions, "Imported"), 0);
  CHECK(desk.in("select string_agg(name, ' ') from app.teams") == "T");
  const std::string list = desk.acctl.folder.path() + "/list.csv";
  put_file(list, "email,name\nbea@acme.example,Bea\n");
  check_ended(meanwhile({"user", "sync", "-f", list, "--yes", "--no-mail"}, list, "Synchronized"), 0);
  CHECK(desk.in("select name from app.users where email = 'bea@acme.example'") == "Bea");
  const std::string run = desk.in("select run from acctl.runs order by id desc limit 1");
  check_ended(meanwhile({"undo", run, "--yes"}, "", "Undone"), 0);
  CHECK(desk.in("select count(*) from app.users where email = 'bea@acme.example'") == "0");
  CHECK(desk.in("select count(*) from app.teams") == "1");
}

TEST_CASE("an edit by the application during an apply neither is lost nor waits for what the apply waits for") {
  const TenantFixture desk;
  // The apply stops in the middle, for somebody has the role's row.
  desk.applied("roles:\n  helper: {name: Helper}\n");
  Connection blocker(desk.acctl.cluster.dsn("postgres", "acme"), {});
  blocker.script("begin; select from app.roles where key = 'helper' for update");
  std::future<Result> apply =
      start_run(desk, {"apply", "-f", desk.file("roles:\n  helper: {name: Next}\nteams:\n  t: {name: T}\n"), "--yes"});
  CHECK(eventually([&] { return waits(desk); }));
  desk.by_hand("update app.statuses set name = 'Fresh' where key = 'new'");
  CHECK(desk.in("select name from app.statuses where key = 'new'") == "Fresh");
  CHECK(eventually([&] { return waits(desk); }));
  blocker.script("commit");
  check_ended(apply.get(), 0);
  CHECK(desk.in("select name from app.statuses where key = 'new'") == "Fresh");
  CHECK(desk.in("select name from app.roles where key = 'helper'") == "Next");
  check_ended(desk({"drift"}), 0);
}

TEST_CASE("where acctl and the application wait for each other, acctl gives way and begins again") {
  const TenantFixture desk;
  desk.in(
      "insert into app.users (email) values ('bea@acme.example'), ('cal@acme.example'); update app.users set status "
      "= 'active'; insert into app.teams (key, name) values ('t', 'T')");
  Connection app(desk.acctl.cluster.dsn(desk.acctl.app_role("acme"), "acme"), {});
  for (const std::string who : {"bea", "cal"}) {
    // The wrong order: a user's row first.
    app.script("begin; update app.users set last_sign_in_at = now() where email = '" + who + "@acme.example'");
    std::future<Result> leaving = start_run(desk, {"user", "deactivate", who + "@acme.example", "--yes"});
    CHECK(eventually([&] { return waits(desk); }));
    app.script("update app.teams set name = '" + who + "'");
    app.script("commit");
    check_ended(leaving.get(), 0);
    CHECK(desk.in("select status from app.users where email = '" + who + "@acme.example'") == "suspended");
    CHECK(desk.in("select name from app.teams") == who);
  }
  CHECK(desk.in("select deadlocks from pg_stat_database where datname = 'acme'") == "0");
}

TEST_CASE("somebody who signs in while being deactivated is not left with a session") {
  const TenantFixture desk;
  desk.in(
      "insert into app.users (email, status) values ('bea@acme.example', 'active'); insert into app.teams (key, name) "
      "values ('t', 'T')");
  Connection app(desk.acctl.cluster.dsn(desk.acctl.app_role("acme"), "acme"), {});
  const std::string session =
      "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256(email::bytea), now() + interval '1 "
      "hour' from app.users where email = ";
  app.script("begin; " + session + "'bea@acme.example'");
  // No lock is held yet that a suspension would have to wait for.
  check_ended(desk({"user", "deactivate", "bea@acme.example", "--yes"}), 0);
  app.script("update app.teams set name = 'Next'");
  CHECK_THROWS_WITH(app.script("commit"), Catch::Contains("user \"bea@acme.example\" is suspended"));
  CHECK(desk.in("select count(*) from app.sessions where ended_at is null") == "0");
  // Somebody else's session is nobody's obstacle.
  desk.in("update app.users set status = 'active'");
  app.script("begin; " + session + "'ana@acme.example'");
  check_ended(desk({"user", "deactivate", "bea@acme.example", "--yes"}), 0);
  app.script("update app.teams set name = 'Next'; commit");
  CHECK(desk.in("select count(*) from app.sessions where ended_at is null") == "1");
}

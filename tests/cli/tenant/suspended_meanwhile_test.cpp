// A run that has planned does not commit in a tenant that was suspended, or deleted with a hold, since then.
#include <future>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::Connection;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::eventually;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TenantFixture;

namespace {

using Words = std::vector<std::string>;

// acme with something to take away, and for each kind of writer a command that asks before it does so.
struct Busy : TenantFixture {
  Busy() {
    const std::string folder = acctl.folder.path();
    const std::string directory = folder + "/directory.csv";
    put_file(directory, "email,external_id,name\nbea@acme.example,E1,Bea\ncal@acme.example,E2,Cal\n");
    check_ended((*this)({"user", "sync", "-f", directory, "--role", "support-agent", "--idp", "entra", "--yes"}), 0);
    people = folder + "/people.csv";
    put_file(people, "email,external_id,name\nbea@acme.example,E1,Bea\n");
    check_ended((*this)({"team", "create", "night", "--name", "Night"}), 0);
    run = applied("roles: {helper: {name: Helper}}\n");
    acctl.create("other");
    exported = folder + "/other.yaml";
    check_ended(acctl({"export", "-t", "other", "--out", exported}), 0);
    changed = file("roles: {helper: {name: Other}}\n", "changed.yaml");
    plan = folder + "/plan.json";
    check_ended((*this)({"plan", "-f", changed, "--out", plan}), 0);
  }

  std::vector<Words> writers() const {
    return {{"apply", "-f", changed, "-t", "acme"},
            {"apply", plan},
            {"undo", run, "-t", "acme"},
            {"import", "-f", exported, "-t", "acme", "--max-removals", "100%"},
            {"user", "deactivate", "bea@acme.example", "-t", "acme"},
            {"user", "delete", "bea@acme.example", "--revoke-roles", "-t", "acme"},
            {"user", "sync", "-f", people, "--idp", "entra", "-t", "acme"},
            {"role", "revoke", "support-agent", "bea@acme.example", "-t", "acme"},
            {"team", "delete", "night", "-t", "acme"}};
  }

  // Runs `words` at a terminal, `meanwhile` when it asks, and says yes then.
  Result answered(const Words& words, const Words& meanwhile, const std::function<void()>& then = nullptr) const {
    return acctl::test::answered(acctl.acctl, words, "y\n", [&] {
      check_ended(acctl(meanwhile), 0);
      if (then) then();
    });
  }

  // The rows of the application and of the ledger.
  std::string rows(const std::string& database = "acme") const {
    return acctl.in(database,
                    "select c.oid::regclass || query_to_xml(format('select t::text from %s t order by 1', "
                    "c.oid::regclass), true, false, '')::text from pg_class c where c.relkind = 'r' and "
                    "(c.relnamespace = 'app'::regnamespace or c.oid = 'acctl.runs'::regclass) order by 1");
  }

  std::string run, people, exported, changed, plan;
};

bool wait_at_lock(const TenantFixture& desk, int sessions) {
  return eventually([&] {
    return desk.in(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name like "
               "'acctl/%' and datname = 'acme'") == std::to_string(sessions);
  });
}

}  // namespace

TEST_CASE("promise 4: no run commits in a tenant that was suspended since it planned") {
  const Busy busy;
  const std::string before = busy.rows();
  for (const Words& words : busy.writers()) {
    INFO(acctl::test::command_line(words));
    const Result late = busy.answered(words, {"tenant", "suspend", "acme", "--yes"});
    check_ended(late, 9, "tenant acme was suspended in the meantime; nothing was changed there");
    CHECK(contains(late.err, "acctl tenant resume acme"));
    CHECK(difference(before, busy.rows()) == "");
    check_ended(busy.acctl({"tenant", "resume", "acme"}), 0);
  }
  // What is asked for after it was resumed is done.
  check_ended(busy({"team", "delete", "night", "--yes"}), 0);
}

TEST_CASE("promise 4: no run commits in a tenant that was deleted with a hold since it planned") {
  const Busy busy;
  const std::string before = busy.rows();
  for (const Words& words : busy.writers()) {
    INFO(acctl::test::command_line(words));
    const Result late = busy.answered(words, {"tenant", "delete", "acme", "--confirm", "acme"});
    INFO(late.err);
    CHECK((late.status == 4 || late.status == 7 || late.status == 9));
    check_ended(busy.acctl({"tenant", "resume", "acme"}), 0);
    CHECK(difference(before, busy.rows()) == "");
  }
}

TEST_CASE("promise 4: a run that waits behind the suspension does not commit, one that is ahead of it does") {
  const Busy busy;
  const std::string before = busy.rows();
  for (const bool ahead : {false, true}) {
    INFO(ahead);
    Running apply({.words = {acctl::test::program_path(), "apply", "-f", busy.changed, "-t", "acme"},
                   .environment = busy.acctl.acctl.environment},
                  {.terminal = true});
    REQUIRE(apply.says("[y/N] "));
    Connection holder(busy.acctl.cluster.dsn("postgres", "acme"), {});
    holder.script("begin; select from acctl.revision for update");
    std::future<Result> suspend;
    const auto start_suspend = [&] {
      suspend = std::async(std::launch::async, [&] { return busy.acctl({"tenant", "suspend", "acme", "--yes"}); });
    };
    if (ahead) {
      apply.type("y\n");
    } else {
      start_suspend();
    }
    CHECK(wait_at_lock(busy, 1));
    if (ahead) {
      start_suspend();
    } else {
      apply.type("y\n");
    }
    CHECK(wait_at_lock(busy, 2));
    holder.script("commit");
    check_ended(suspend.get(), 0);
    check_ended(apply.finish(), ahead ? 0 : 9);
    if (!ahead) CHECK(difference(before, busy.rows()) == "");
    CHECK(busy.acctl.json({"tenant", "show", "acme"})["status"] == "suspended");
    CHECK(busy.in("select name from app.roles where key = 'helper'") == (ahead ? "Other" : "Helper"));
    check_ended(busy.acctl({"tenant", "suspend", "acme", "--yes"}), 0, "nothing changed");
    check_ended(busy.acctl({"tenant", "resume", "acme"}), 0);
  }
}

TEST_CASE("promise 4: a suspension that was killed before it shut writers out is finished by the next one") {
  const Busy busy;
  const std::string before = busy.rows();
  const Result late =
      busy.answered({"team", "delete", "night", "-t", "acme"}, {"tenant", "suspend", "acme", "--yes"}, [&] {
        busy.in("update acctl.tenant set epoch = 1");  // as it was before
        check_ended(busy.acctl({"tenant", "suspend", "acme", "--dry-run"}), 0, "would be suspended");
        check_ended(busy.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
      });
  check_ended(late, 9, "tenant acme ");
  CHECK(difference(before, busy.rows()) == "");
}

TEST_CASE("a tenant whose database cannot be entered is suspended all the same") {
  const TenantFixture desk;
  desk.acctl.control("alter database acme allow_connections false");
  check_ended(desk.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  desk.acctl.control("alter database acme allow_connections true");
  check_ended(desk.acctl({"tenant", "resume", "acme"}), 0);
  // Restored from an older registry: its database has seen later runs.
  desk.in("update acctl.tenant set epoch = 99");
  check_ended(desk.acctl({"tenant", "suspend", "acme", "--yes"}), 0);
  CHECK(desk.acctl.json({"tenant", "show", "acme"})["status"] == "suspended");
}

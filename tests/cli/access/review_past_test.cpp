// review --at: who could do what at a time in the past.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::TenantFixture;

namespace {

using Json = nlohmann::ordered_json;

// Bob works, with a key; Carla leads, Dan never came; Gus is invited, and so is Ana, the first admin.
struct Desk : TenantFixture {
  Desk() {
    applied(
        "role_templates:\n  extra: {name: Extra, permissions: [tickets.delete, tickets.assign: global]}\n"
        "roles:\n  helper: {name: Helper, permissions: [tickets.view: group, reports.view]}\n"
        "users:\n  bob@acme.example: {name: Bob, roles: [support-agent], role_template: extra, permissions: "
        "[tickets.export, {reports.view: group}]}\n"
        "  carla@acme.example: {roles: [helper, team-lead]}\n  dan@acme.example: {crm_access: true}\n",
        {"--actor", "gil"});
    in("update app.users set status = 'active', last_sign_in_at = now() - interval '100 days' where email <> "
       "'ana@acme.example'");
    in("update app.users set last_sign_in_at = null where email like 'dan@%'");
    done({"user", "invite", "gus@acme.example", "--role", "support-agent"});
    done({"api-key", "create", "bob@acme.example", "--name", "ci"});
    done({"api-key", "create", "organization", "--name", "backup", "--role", "helper"});
  }

  void done(const std::vector<std::string>& words) const { check_ended((*this)(words), 0); }

  std::string now() const {
    return in("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  }

  // All that acctl can do to somebody's access.
  void change_much() const {
    done({"role", "revoke", "helper", "carla@acme.example", "--yes"});
    applied(
        "roles:\n  helper: {permissions: [tickets.view: global]}\n  support-agent: {permissions: [-tickets.edit]}\n",
        {"--max-removals", "100%"});
    applied("role_templates:\n  extra: {permissions: [reports.view]}\n", {"--max-removals", "100%"});
    applied("users:\n  bob@acme.example: {permissions: [reports.export]}\n", {"--max-removals", "100%"});
    done({"user", "edit", "bob@acme.example", "--email", "robert@acme.example", "--name", "Robert"});
    done({"user", "delete", "gus@acme.example", "--revoke-roles", "--yes"});
    done({"user", "deactivate", "dan@acme.example", "--yes"});
    done({"user", "invite", "hal@acme.example", "--role", "admin"});
    done({"role", "grant", "admin", "carla@acme.example"});
    done({"api-key", "revoke", "robert@acme.example", "ci", "--yes"});
    done({"api-key", "revoke", "organization", "backup", "--yes"});
    done({"api-key", "create", "robert@acme.example", "--name", "other"});
  }
};

}  // namespace

TEST_CASE("review --at shows what review showed at that time, whatever acctl has done since") {
  const Desk desk;
  const Json before = desk.json({"review"});
  const std::string then = desk.now();
  CHECK(desk.json({"review", "--at", then}).dump(1) == before.dump(1));
  desk.change_much();
  CHECK(desk.json({"review"}).dump(1) != before.dump(1));
  CHECK(desk.json({"review", "--at", then}).dump(1) == before.dump(1));
  // What was undone is taken back twice.
  const std::string run = desk.in("select run from acctl.runs where command = 'user deactivate' order by id limit 1");
  desk.done({"undo", run, "--yes"});
  CHECK(desk.json({"review", "--at", then}).dump(1) == before.dump(1));
  CHECK(desk.json({"review", "--at", then, "--permission", "reports.view"}).size() ==
        static_cast<std::size_t>(std::ranges::count_if(before, [](const Json& one) {
          return contains(one["effective"]["permissions"].dump(), "\"reports.view");
        })));
  CHECK_THAT(desk({"review", "--at", then}).err,
             Catch::Contains("as of 20") && Catch::Contains("By the ledger of acctl") && !Catch::Contains("left out"));
}

TEST_CASE("review --at leaves out what the application has added since, and says what is not known") {
  const Desk desk;
  const Json before = desk.json({"review"});
  const std::string then = desk.now();
  desk.in("insert into app.users (email, status) values ('app@acme.example', 'active')");
  desk.in(
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
      "u.email like 'dan@%' and r.key = 'support-agent'");
  // Ana has signed up since, and Bob, who came in since, was suspended.
  desk.in("update app.users set status = 'active' where email like 'ana@%'");
  desk.in("update app.users set last_sign_in_at = now() where email like 'bob@%'");
  desk.in("update app.users set status = 'suspended' where email like 'bob@%'");
  const Json past = desk.json({"review", "--at", then});
  REQUIRE(past.size() == before.size());
  for (std::size_t i = 0; i < past.size(); ++i) {
    INFO(past[i].dump());
    CHECK(past[i]["email"] == before[i]["email"]);
    CHECK(past[i]["status"] == before[i]["status"]);
    CHECK(past[i]["roles"] == before[i]["roles"]);
    CHECK(past[i]["effective"] == before[i]["effective"]);
    if (past[i]["email"] != "bob@acme.example") continue;
    CHECK(past[i]["last_sign_in_at"].is_null());
    CHECK(past[i]["flags"].empty());
  }
  check_ended(desk({"review", "--at", then}), 0, "2 rows that it made since are left out");
  for (const char* format : {"html", "markdown"}) {
    const std::string page = desk({"review", "--at", then, "--format", format}).out;
    CHECK_THAT(page, Catch::Contains("By the ledger of acctl") && Catch::Contains("not known"));
    CHECK_FALSE(contains(page, "app@acme.example"));
  }
}

TEST_CASE("review --at takes a time that is over, in one tenant or many") {
  const Desk desk;
  desk.acctl.create("bert");
  const std::string then = desk.now();
  const Json before = desk.acctl.json({"review", "--all"});
  desk.change_much();
  CHECK(desk.acctl.json({"review", "--all", "--at", then}).dump(1) == before.dump(1));
  // Before there was anybody.
  CHECK(desk.json({"review", "--at", "2001-01-01T00:00:00Z"}).empty());
  check_ended(desk({"review", "--at", "2999-01-01T00:00:00Z"}), 3, "is not in the past");
  check_ended(desk({"review", "--at", "soon"}), 3, "'soon' is neither a time nor a duration");
  check_ended(desk({"review", "--at", ""}), 3);
  check_ended(desk({"review", "--at", "1s"}), 0);
}

// Undo gives back the work that a run has taken from somebody or something.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string bea = "bea@acme.example";

std::string run_of(const TenantFixture& desk, const std::vector<std::string>& words) {
  const Result result = desk(words);
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  return desk.json({"log", "--limit", "1"}).at(0)["run"];
}

std::string undone(const TenantFixture& desk, const std::string& run) { return run_of(desk, {"undo", run, "--yes"}); }

}  // namespace

TEST_CASE("work that lost its user, team, form or policy gets it back by undo", "[promise 14]") {
  const TenantFixture desk;
  desk.applied(
      "teams: {t: {name: T}}\nusers: {bea@acme.example: {}}\nforms: {f: {name: F, fields: [{field: subject}]}}\n"
      "sla_policies: {s: {name: S, conditions: {}, first_response_minutes: 60}}\n");
  desk.by_hand(
      "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id, team_id, form_id, sla_policy_id) "
      "select x, 'api', s.id, p.id, u.id, t.id, f.id, l.id from unnest(array['one', 'two']) as x, app.priorities p, "
      "app.users u, app.teams t, app.forms f, app.sla_policies l, "
      "(select id from app.statuses where applies_to = 'ticket' and category = 'open' limit 1) s where u.email = 'bea@acme.example' "
      "and t.key = 't' and f.key = 'f' and l.key = 's' and p.key = 'normal'");
  desk.by_hand(
      "insert into app.items (project_id, title, status_id, assignee_id, team_id) select p.id, 'three', s.id, u.id, t.id "
      "from app.projects p, app.users u, app.teams t, (select id from app.statuses where applies_to = 'item' limit 1) s "
      "where u.email = 'bea@acme.example' and t.key = 't' limit 1");
  const auto work = [&] {
    return desk.in(
        "select string_agg(concat_ws(' ', w.name, u.email, t.key, f.key, l.key), ', ' order by w.name) from (select "
        "subject as name, assignee_id, team_id, form_id, sla_policy_id from app.tickets union all select title, "
        "assignee_id, team_id, null, null from app.items) w left join app.users u on u.id = w.assignee_id left join "
        "app.teams t on t.id = w.team_id left join app.forms f on f.id = w.form_id left join app.sla_policies l on l.id "
        "= w.sla_policy_id where w.name in ('one', 'two', 'three')");
  };
  const std::string all = "one bea@acme.example t f s, three bea@acme.example t, two bea@acme.example t f s";
  REQUIRE(work() == all);
  SECTION("removed by commands, one after the other") {
    const std::string team = run_of(desk, {"team", "delete", "t", "--yes"});
    const std::string user = run_of(desk, {"user", "delete", bea, "--yes"});
    CHECK(work() == "one f s, three, two f s");
    undone(desk, user);
    CHECK(work() == "one bea@acme.example f s, three bea@acme.example, two bea@acme.example f s");
    undone(desk, team);
    CHECK(work() == all);
  }
  SECTION("removed by pruning, undone, redone, undone") {
    const std::string run = desk.applied("teams: {}\nusers: {}\nforms: {}\nsla_policies: {}\n",
                                         {"--prune", "--allow-empty", "--max-removals", "100%"});
    CHECK(work() == "one, three, two");
    std::string last = undone(desk, run);
    CHECK(work() == all);
    last = undone(desk, last);
    CHECK(work() == "one, three, two");
    undone(desk, last);
    CHECK(work() == all);
  }
  SECTION("handed over with somebody who left, and followed") {
    desk.by_hand(
        "update app.users set status = 'active'; insert into app.ticket_followers (ticket_id, user_id) select t.id, u.id "
        "from app.tickets t, app.users u where t.subject = 'one' and u.email = 'bea@acme.example'; insert into "
        "app.item_followers (item_id, user_id) select i.id, u.id from app.items i, app.users u where i.title = 'three' "
        "and u.email = 'bea@acme.example'");
    const std::string left = run_of(desk, {"user", "deactivate", bea, "--reassign-to", "ana@acme.example", "--yes"});
    CHECK(work() == "one ana@acme.example t f s, three ana@acme.example t, two ana@acme.example t f s");
    desk.by_hand("update app.tickets set assignee_id = null where subject = 'two'");
    undone(desk, left);
    CHECK(work() == "one bea@acme.example t f s, three bea@acme.example t, two t f s");
    const std::string gone = run_of(desk, {"user", "delete", bea, "--yes"});
    CHECK(desk.in("select count(*) from app.ticket_followers") == "0");
    undone(desk, gone);
    CHECK(desk.in("select string_agg(t.subject, ' ') from app.ticket_followers f join app.tickets t on t.id = "
                  "f.ticket_id") == "one");
    CHECK(desk.in("select string_agg(i.title, ' ') from app.item_followers f join app.items i on i.id = f.item_id") ==
          "three");
  }
  SECTION("given to others since") {
    const std::string run = run_of(desk, {"team", "delete", "t", "--yes"});
    desk.by_hand("insert into app.teams (key, name) values ('other', 'Other')");
    desk.by_hand(
        "update app.tickets set team_id = (select id from app.teams where key = 'other') where subject = 'two'");
    desk.by_hand("delete from app.items where title = 'three'");
    const std::string back = undone(desk, run);
    CHECK(work() == "one bea@acme.example t f s, two bea@acme.example other f s");
    // What came to the team later stands in the way.
    desk.by_hand("update app.tickets set team_id = (select id from app.teams where key = 't') where subject = 'two'");
    check_ended(desk({"undo", back, "--yes"}), 7, "teams/t has tickets");
  }
  SECTION("removed by the application, whose doing is no run") {
    desk.by_hand("delete from app.teams where key = 't'");
    CHECK(desk.in("select count(*) from acctl.released_work") == "0");
  }
}

// What came after a run is not harmed by undoing it: undo restores exactly what the run changed, or names what is in
// the way.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string bea = "bea@acme.example";

std::string last_run(const TenantFixture& desk) { return desk.json({"log", "--limit", "1"}).at(0)["run"]; }

std::string run_of(const TenantFixture& desk, const std::vector<std::string>& words) {
  const Result result = desk(words);
  INFO(result.out << result.err);
  REQUIRE(result.status == 0);
  return last_run(desk);
}

std::string invited(const TenantFixture& desk, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"user", "invite", bea, "--role", "support-agent"};
  words.insert(words.end(), more.begin(), more.end());
  return run_of(desk, words);
}

std::string undone(const TenantFixture& desk, const std::string& run) { return run_of(desk, {"undo", run, "--yes"}); }

// Undo is refused with `why`, and nothing of the configuration has changed.
void check_refused(const TenantFixture& desk, const std::string& run, const std::string& why) {
  const std::string before = desk.configuration();
  check_ended(desk({"undo", run, "--yes"}), 7, why);
  CHECK(difference(before, desk.configuration()) == "");
}

std::string assignment_of(const std::string& email) {
  return "(user_id, role_id) = (select u.id, r.id from app.users u, app.roles r where u.email = '" + email +
         "' and r.key = 'team-lead')";
}

// As if `until` of every grant were over: what the ledger and the row say of it.
void let_grants_end(const TenantFixture& desk) {
  desk.in("update app.user_roles set expires_at = '2020-01-01T00:00:00Z' where expires_at is not null");
  desk.in(
      "update acctl.changes set fields = regexp_replace(fields::text, '20[3-9][0-9]-[^\"]*Z', '2020-01-01T00:00:00Z', "
      "'g')::jsonb where fields ? 'until'");
}

}  // namespace

TEST_CASE("undo of an invitation deletes nobody who has signed up, joined a team or works", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("teams:\n  t: {name: T}\n");
  const std::string run = invited(desk);
  SECTION("signed up") {
    desk.by_hand("update app.users set status = 'active' where email = '" + bea + "'");
    check_refused(desk, run, "users/bea@acme.example: status is \"active\" and was \"invited\" (by hand)");
  }
  SECTION("in a team, by acctl") {
    const std::string later = run_of(desk, {"team", "add", "t", bea});
    check_refused(desk, run, "users/bea@acme.example now belongs to teams/t (run " + later);
  }
  SECTION("in a team, by the application") {
    desk.by_hand(
        "insert into app.team_members (team_id, user_id) select t.id, u.id from app.teams t, app.users u where "
        "t.key = 't' and u.email = '" +
        bea + "'");
    check_refused(desk, run, "users/bea@acme.example now belongs to teams/t (by hand)");
  }
  SECTION("changed in what the invitation left open") {
    run_of(desk, {"user", "edit", bea, "--external-id", "4711"});
    check_refused(desk, run, "users/bea@acme.example: external_id is \"4711\" and was nothing");
  }
  SECTION("with an API key") {
    run_of(desk, {"api-key", "create", bea, "--name", "ci"});
    check_refused(desk, run, "users/bea@acme.example has API keys");
  }
  SECTION("with work") {
    desk.by_hand(
        "insert into app.tickets (subject, channel, status_id, priority_id, assignee_id) select 's', 'api', s.id, "
        "p.id, u.id from app.statuses s, app.priorities p, app.users u where s.applies_to = 'ticket' and "
        "u.email = '" +
        bea + "' limit 1");
    check_refused(desk, run, "users/bea@acme.example has tickets");
  }
  SECTION("deleted and invited again") {
    const std::string deleted = run_of(desk, {"user", "delete", bea, "--revoke-roles", "--yes"});
    const std::string again = invited(desk);
    check_refused(desk, run, "users/bea@acme.example was changed again (run " + again);
  }
  SECTION("deleted and added again by the application") {
    const std::string user = " from app.users where email = '" + bea + "'";
    desk.by_hand("delete from app.user_roles where user_id = (select id" + user + "); delete" + user);
    desk.by_hand("insert into app.users (email) values ('" + bea + "')");
    desk.by_hand(
        "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
        "u.email = '" +
        bea + "' and r.key = 'support-agent'");
    check_refused(desk, run, "users/bea@acme.example was removed and added again (by hand at ");
  }
  SECTION("nothing of it") {
    run_of(desk, {"user", "resend", bea});
    undone(desk, run);
    CHECK(desk.in("select count(*) from app.users where email = '" + bea + "'") == "0");
  }
}

TEST_CASE("a completed invitation is not taken back", "[promise 14]") {
  const TenantFixture desk;
  const auto made = desk.json({"user", "invite", bea, "--print-link"});
  const std::string link = made["invited"][0]["link"];
  check_ended(desk({"user", "accept"}, link), 0);
  check_refused(desk, last_run(desk), "users/bea@acme.example has signed up");
}

TEST_CASE("memberships that go with a user are in plan, ledger and log, and undo restores them", "[promise 14]") {
  const TenantFixture desk;
  desk.by_hand("insert into app.teams (key, name) values ('own', 'Own')");
  desk.applied("users: {bea@acme.example: {}, cal@acme.example: {}}\n");
  run_of(desk, {"team", "add", "own", bea});
  SECTION("by pruning") {
    const std::string rest = "users: {cal@acme.example: {}}\n";
    CHECK(changes_of(desk.planned(rest, {"--prune"})) ==
          "remove team_members/own/bea@acme.example, remove users/bea@acme.example");
    const std::string run = desk.applied(rest, {"--prune"});
    CHECK(contains(desk({"log", run}).out, "bea@acme.example"));
    CHECK(desk.members_of("own").empty());
    undone(desk, run);
    CHECK(desk.members_of("own") == "bea");
  }
  SECTION("by an import that speaks of users alone") {
    const std::string file = desk.file("users: {ana@acme.example: {roles: [admin]}, cal@acme.example: {}}\n");
    const Result result = desk({"import", "-f", file, "--edited", "--yes", "-o", "json"});
    check_ended(result, 0);
    CHECK(contains(changes_of(result.json()), "remove team_members/own/bea@acme.example"));
    CHECK(desk.members_of("own").empty());
    undone(desk, last_run(desk));
    CHECK(desk.members_of("own") == "bea");
  }
}

TEST_CASE("a saved plan that removes somebody does not take along a team that they joined since", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {}, cal@acme.example: {}}\nteams: {t: {name: T}}\n");
  const std::string plan = desk.acctl.folder.path() + "/plan.json";
  desk.plan("users: {cal@acme.example: {}}\nteams: {t: {name: T}}\n", {"--prune", "--out", plan});
  run_of(desk, {"team", "add", "t", bea});
  check_ended(desk({"apply", plan, "--yes"}), 7, "users/bea@acme.example now belongs to teams/t");
  CHECK(desk.members_of("t") == "bea");
}

TEST_CASE("undo leaves out what has ended by itself, and restores the rest", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {name: Bea, roles: [support-agent]}}\n");
  const std::string granted = run_of(desk, {"role", "grant", "team-lead", bea, "--until", "2090-01-01T00:00:00Z"});
  SECTION("of somebody who was deleted") {
    const std::string run = run_of(desk, {"user", "delete", bea, "--revoke-roles", "--yes"});
    let_grants_end(desk);
    undone(desk, run);
    CHECK(desk.in("select string_agg(r.key, ' ') from app.user_roles x join app.roles r on r.id = x.role_id join "
                  "app.users u on u.id = x.user_id where u.email = '" +
                  bea + "'") == "support-agent");
  }
  SECTION("what ended is all there was") {
    let_grants_end(desk);
    check_refused(desk, granted,
                  "has nothing left to undo: user_roles/bea@acme.example/team-lead ended at 2020-01-01T00:00:00Z");
  }
  SECTION("what made it last") {
    const std::string run = run_of(desk, {"role", "grant", "team-lead", bea});
    // The end that it had before is over.
    let_grants_end(desk);
    undone(desk, run);
    CHECK(desk.in("select count(*) from app.user_roles where " + assignment_of(bea)) == "0");
  }
  SECTION("what prolonged it") {
    const std::string run = run_of(desk, {"role", "grant", "team-lead", bea, "--until", "2035-01-01T00:00:00Z"});
    desk.in("update app.user_roles set expires_at = '2020-01-01T00:00:00Z' where expires_at is not null");
    desk.in("update acctl.changes set fields = replace(fields::text, '2035', '2020')::jsonb where fields ? 'until'");
    undone(desk, run);
    CHECK(desk.in("select expires_at > '2089-12-31' from app.user_roles where " + assignment_of(bea)) == "t");
  }
}

TEST_CASE("addresses that were passed on in a chain are undone together, redone, and applied again without effect",
          "[promise 14]") {
  const TenantFixture desk;
  desk.applied(
      "users: {one@acme.example: {name: One}, two@acme.example: {name: Two}}\nteams: {t: {name: T, members: "
      "[one@acme.example]}}\n");
  const auto names = [&] {
    return desk.in(
        "select string_agg(split_part(email, '@', 1) || '=' || name, ' ' order by id) from app.users where "
        "name is not null");
  };
  const std::string before = names();
  // In whatever order their names and their rows are.
  for (const char* third : {"azz@acme.example", "zaa@acme.example"}) {
    const std::string chain = "users:\n  two@acme.example: {previously: [one@acme.example]}\n  " + std::string(third) +
                              ": {previously: [two@acme.example]}\n";
    const std::string run = desk.applied(chain);
    const std::string moved = names();
    CHECK(contains(moved, "two=One"));
    CHECK(contains(moved, std::string(third).substr(0, 3) + "=Two"));
    CHECK(desk.members_of("t") == "two");
    CHECK(desk.planned(chain)["summary"]["unchanged_tenants"] == 1);
    const std::string back = undone(desk, run);
    CHECK(names() == before);
    CHECK(desk.members_of("t") == "one");
    const std::string again = undone(desk, back);
    CHECK(names() == moved);
    undone(desk, again);
    CHECK(names() == before);
  }
}

TEST_CASE("the log shows whether a run stands, however often it was undone and redone", "[promise 14]") {
  const TenantFixture desk;
  const std::string run = desk.applied("teams: {t: {name: T}}\n");
  const auto undone_by = [&] {
    const auto runs = desk.json({"log"});
    const auto& by = runs.at(runs.size() - 1)["undone_by"];
    return by.is_null() ? std::string() : by.get<std::string>();
  };
  const std::string first = undone(desk, run);
  CHECK(undone_by() == first);
  const std::string second = undone(desk, first);
  CHECK(undone_by().empty());
  const std::string third = undone(desk, second);
  CHECK(undone_by() == first);
  check_ended(desk({"undo", run, "--yes"}), 7, "was already undone by run " + first);
  undone(desk, third);
  CHECK(undone_by().empty());
  CHECK(desk.in("select count(*) from app.teams where key = 't'") == "1");
}

TEST_CASE("who took something away once more meant it: an older run is not undone before that one", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {roles: [support-agent]}}\n");
  desk.by_hand("update app.users set status = 'active' where email = '" + bea + "'");
  const std::string first = run_of(desk, {"user", "deactivate", bea, "--yes"});
  const std::string back = run_of(desk, {"user", "reactivate", bea});
  const std::string second = run_of(desk, {"user", "deactivate", bea, "--yes"});
  check_refused(desk, first, "users/bea@acme.example was changed again (run " + second);
  undone(desk, second);
  undone(desk, back);
  undone(desk, first);
  CHECK(desk.in("select status from app.users where email = '" + bea + "'") == "active");
}

TEST_CASE("a membership that was taken away and given again is another one", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {}}\nteams: {t: {name: T}}\n");
  const std::string run = run_of(desk, {"team", "add", "t", bea});
  desk.by_hand("delete from app.team_members");
  desk.by_hand(
      "insert into app.team_members (team_id, user_id) select t.id, u.id from app.teams t, app.users u where "
      "t.key = 't' and u.email = '" +
      bea + "'");
  check_refused(desk, run, "team_members/t/bea@acme.example was removed and added again (by hand at ");
}

TEST_CASE("undo says what is gone that it would need, and what has got what it would give back", "[promise 14]") {
  const TenantFixture desk;
  desk.applied(
      "users: {bea@acme.example: {external_id: x1, role_template: rt}, cal@acme.example: {}}\n"
      "role_templates: {rt: {name: RT}}\nteams: {t: {name: T, members: [bea@acme.example, cal@acme.example]}}\n"
      "permissions: {things.do: {category: Things, levels: [global, group]}}\n"
      "roles: {r: {name: R, permissions: [things.do: group]}}\n");
  SECTION("a member") {
    const std::string run = run_of(desk, {"team", "delete", "t", "--yes"});
    const std::string later = run_of(desk, {"user", "delete", "cal@acme.example", "--yes"});
    check_refused(desk, run, "users/cal@acme.example no longer exists (run " + later);
  }
  SECTION("a template") {
    const std::string run = run_of(desk, {"user", "edit", bea, "--role-template", ""});
    const std::string later = run_of(desk, {"role-template", "delete", "rt", "--yes"});
    check_refused(desk, run, "role_templates/rt no longer exists (run " + later);
  }
  SECTION("a level") {
    const std::string run = run_of(desk, {"role", "edit", "r", "--remove-permission", "things.do", "--yes"});
    desk.applied("permissions: {things.do: {category: Things, levels: [global]}}\n");
    check_refused(desk, run, "'things.do' cannot be held at level 'group'");
  }
  SECTION("an external id") {
    const std::string run = run_of(desk, {"user", "edit", bea, "--external-id", ""});
    run_of(desk, {"user", "edit", "cal@acme.example", "--external-id", "x1"});
    check_refused(desk, run, "users/cal@acme.example now has external id 'x1'");
  }
  SECTION("an external id in other capitals, which the provider takes for the same") {
    run_of(desk, {"user", "edit", bea, "--idp", "entra"});
    const std::string run = run_of(desk, {"user", "edit", bea, "--external-id", ""});
    run_of(desk, {"user", "edit", "cal@acme.example", "--idp", "entra", "--external-id", "X1"});
    check_refused(desk, run, "users/cal@acme.example now has external id 'X1'");
  }
}

TEST_CASE("external ids that were passed on are undone together", "[promise 14]") {
  const TenantFixture desk;
  desk.applied("users: {bea@acme.example: {external_id: x1}, cal@acme.example: {external_id: x2}}\n");
  const auto ids = [&] {
    return desk.in("select email || external_id from app.users where external_id is not null order by 1");
  };
  const std::string before = ids();
  const std::string run =
      desk.applied("users: {bea@acme.example: {external_id: x2}, cal@acme.example: {external_id: x1}}\n");
  CHECK(ids() != before);
  undone(desk, run);
  CHECK(ids() == before);
}

TEST_CASE("undo takes no team away from under its tickets, and no referred object from under another", "[promise 14]") {
  const TenantFixture desk;
  const std::string run =
      desk.applied("teams: {t: {name: T}}\nprojects: {p: {name: P}}\nrole_templates: {rt: {name: RT}}\n");
  SECTION("tickets") {
    desk.by_hand(
        "insert into app.tickets (subject, channel, status_id, priority_id, team_id) select 's', 'api', s.id, "
        "p.id, t.id from app.statuses s, app.priorities p, app.teams t where s.applies_to = 'ticket' and "
        "t.key = 't' limit 1");
    check_refused(desk, run, "teams/t has tickets");
  }
  SECTION("a view") {
    const std::string later = desk.applied("views: {v: {name: V, type: list, project: p}}\n");
    check_refused(desk, run, "projects/p is now the project of views/v (run " + later);
  }
  SECTION("a template") {
    desk.applied("users: {bea@acme.example: {role_template: rt}}\n");
    check_refused(desk, run, "role_templates/rt is now the role_template of users/bea@acme.example");
  }
}

// The ledger of a tenant: log shows it, undo goes back by it.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string base = R"(
roles:
  helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}
teams:
  tier-1: {name: Tier 1, members: [ana@acme.example, ben@acme.example]}
users:
  ben@acme.example: {name: Ben, roles: [helper]}
)";

// What a person would call the configuration: no times, no ids that a removed and restored object cannot keep.
std::string configuration(const TenantFixture& desk) {
  const Result result = desk({"export", "--include-users"});
  REQUIRE(result.status == 0);
  return result.out;
}

Result undo(const TenantFixture& desk, const std::string& run, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"undo", run, "--yes", "-o", "json"});
  return desk(more);
}

}  // namespace

TEST_CASE("log shows the runs of a tenant, the newest first, with who, when, why and of which commit") {
  TenantFixture desk;
  desk.acctl.acctl.environment["GITHUB_SHA"] = "5e1f0c7";
  desk.acctl.acctl.environment["GITHUB_ACTOR"] = "octo";
  const std::string first = desk.applied("manager: gitops\n" + base);
  desk.acctl.acctl.environment.erase("GITHUB_SHA");
  const std::string second =
      desk.applied("roles:\n  two: {name: Two}\n", {"--actor", "cleo", "--reason", "because of 4711"});
  const auto runs = desk.json({"log"});
  REQUIRE(runs.size() == 2);
  CHECK(keys_of(runs[0]) ==
        "tenant run at command outcome actor origin reason commit manager loosened message undoes undone_by changes");
  CHECK(runs[0]["run"] == second);
  CHECK(runs[0]["actor"] == "cleo");
  CHECK(runs[0]["reason"] == "because of 4711");
  CHECK(runs[0]["commit"].is_null());
  CHECK(runs[0]["manager"] == "acctl");
  CHECK(runs[1]["run"] == first);
  CHECK(runs[1]["actor"] == "octo");
  CHECK(runs[1]["commit"] == "5e1f0c7");
  CHECK(runs[1]["manager"] == "gitops");
  CHECK(runs[1]["command"] == "apply");
  CHECK(runs[1]["outcome"] == "done");
  CHECK(runs[1]["changes"] == 8);
  CHECK_THAT(runs[1]["at"].get<std::string>(), Catch::Matches("20..-..-..T..:..:..Z"));
  CHECK(desk.json({"log", "--limit", "1"}).size() == 1);
  check_ended(desk({"log"}), 0, "5e1f0c7");
}

TEST_CASE("log RUN shows what a run changed, as its plan was shown") {
  const TenantFixture desk;
  const auto plan = desk.planned(base);
  const std::string run = desk.applied(base);
  const auto shown = desk.json({"log", run});
  CHECK(changes_of(shown) == changes_of(plan));
  CHECK(shown["groups"][0]["changes"] == plan["groups"][0]["changes"]);
  CHECK(shown["run"] == run);
  check_ended(desk({"log", run}), 0, "+ roles/helper");
  check_ended(desk({"log", run, "-o", "markdown"}), 0, "`roles/helper`");
  check_ended(desk({"log", "-o", "markdown"}), 3, "-o markdown shows the changes of one run");
  check_ended(desk({"log", "0123456789ab"}), 3, "there is no run '0123456789ab'");
}

TEST_CASE("undo takes back an addition, a change, a removal and a rename, each recorded as a run of its own",
          "[promise 14]") {
  const TenantFixture desk;
  const std::string empty = configuration(desk);
  const std::string added = desk.applied(base);
  const std::string full = configuration(desk);
  const std::string changed =
      desk.applied("roles:\n  helper: {name: H, permissions: [tickets.view: global, items.view]}\n");
  const std::string renamed = desk.applied("roles:\n  assistant: {previously: [helper]}\n");
  const std::string id = "select id from app.roles where key = ";
  const std::string identity = desk.in(id + "'assistant'");
  const std::string removed = desk.applied("roles:\n  x: {name: X}\nteams:\n  tier-1: {name: Tier 1, members: []}\n");
  CHECK(undo(desk, removed).status == 0);
  CHECK(desk.members_of("tier-1") == "ana ben");
  const Result back = undo(desk, renamed);
  check_ended(back, 0);
  CHECK(changes_of(back.json()) == "change roles/helper");
  CHECK(desk.in(id + "'helper'") == identity);
  CHECK(undo(desk, changed).status == 0);
  CHECK(configuration(desk) == full);
  CHECK(undo(desk, added).status == 0);
  CHECK(configuration(desk) == empty);
  const auto runs = desk.json({"log"});
  CHECK(runs.size() == 8);
  CHECK(runs[0]["command"] == "undo");
  CHECK(runs[0]["undoes"] == added);
  CHECK(runs[7]["undone_by"] == runs[0]["run"]);
}

TEST_CASE("undo of a pruned object brings it back with its lists and its manager") {
  const TenantFixture desk;
  desk.applied("manager: gitops" + base);
  const std::string full = configuration(desk);
  const std::string run =
      desk.applied("manager: gitops\nroles:\n  helper: {name: Helper}\nusers:\n  ben@acme.example: {}\n", {"--prune"});
  CHECK(desk.in("select count(*) from app.teams") == "0");
  CHECK(undo(desk, run).status == 0);
  CHECK(configuration(desk) == full);
  CHECK(desk.in("select manager from app.teams") == "gitops");
}

TEST_CASE("undo is planned, asked about and guarded like any change") {
  const TenantFixture desk;
  std::string teams = "teams:\n";
  for (int i = 0; i < 8; ++i) teams += "  t" + std::to_string(i) + ": {name: T}\n";
  const std::string run = desk.applied(teams);
  const std::string before = desk.everything();
  check_ended(desk({"undo", run, "--dry-run", "--max-removals", "100%"}), 0, "- teams/t0");
  check_ended(desk({"undo", run, "--max-removals", "100%"}), 10, "--yes");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk({"undo", run, "--yes"}), 5, "8 of 8 teams");
  check_ended(desk({"undo", run, "--yes", "--max-removals", "100%"}), 0);
  CHECK(desk.in("select count(*) from app.teams") == "0");
}

TEST_CASE("undo is refused where later changes stand in the way, and names the run", "[promise 14]") {
  const TenantFixture desk;
  const std::string first = desk.applied(base);
  const std::string later = desk.applied("roles:\n  helper: {name: Later}\n", {"--actor", "cleo"});
  const std::string before = desk.configuration();
  const Result refused = undo(desk, first);
  check_ended(refused, 7, "(run " + later + " by cleo");
  check_ended(desk({"undo", first, "--yes"}), 7, "roles/helper: name is \"Later\" and was \"Helper\"");
  CHECK(difference(before, desk.configuration()) == "");
  CHECK(undo(desk, later).status == 0);
  desk.by_hand("update app.users set name = 'Benno' where email like 'ben%'");
  check_ended(undo(desk, first), 7, "(by hand)");
  desk.by_hand("update app.users set name = 'Ben' where email like 'ben%'");
  CHECK(undo(desk, first).status == 0);
}

TEST_CASE("undo names the run that renamed what it is about, and tells what has ended by itself") {
  const TenantFixture desk;
  const std::string first = desk.applied(base);
  const std::string renamed = desk.applied("roles:\n  assistant: {previously: [helper]}\n", {"--actor", "cleo"});
  const Result refused = undo(desk, first);
  check_ended(refused, 7, "roles/helper no longer exists (run " + renamed + " by cleo");
  check_ended(refused, 7, "role_permissions/helper/tickets.view no longer exists (run " + renamed + " by cleo");
  const std::string again = desk.applied("roles:\n  aide: {previously: [assistant]}\n", {"--actor", "dora"});
  check_ended(undo(desk, renamed), 7, "roles/helper no longer exists (run " + again + " by dora");
  const Result granted =
      desk({"role", "grant", "team-lead", "ben@acme.example", "--until", "8h", "--yes", "-o", "json"});
  REQUIRE(granted.status == 0);
  desk.by_hand("update app.user_roles set expires_at = now() - interval '1 hour' where expires_at is not null");
  const std::string run = desk.json({"log"}).at(0)["run"];
  check_ended(undo(desk, run), 7, "user_roles/ben@acme.example/team-lead no longer exists (by hand)");
  // What the ledger has is what the time is read from.
  desk.in(
      "update acctl.changes set fields = jsonb_set(fields, '{until,after}', '\"2020-01-01T00:00:00Z\"') "
      "where kind = 'user_roles' and fields ? 'until' returning number");
  check_ended(undo(desk, run), 7,
              "has nothing left to undo: user_roles/ben@acme.example/team-lead ended at 2020-01-01T00:00:00Z");
}

TEST_CASE("promise 14: undo also takes back what its run has made a system role, and nothing else removes one") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "ben@acme.example", "--role", "support-agent"}), 0);
  desk.applied("roles: {plain: {name: Plain, permissions: [tickets.view]}}\n");
  const std::string before = configuration(desk);
  const std::string run =
      desk.applied("roles: {plain: {system: true}, sx: {name: S, system: true, permissions: [tickets.view]}}\n");
  check_ended(desk({"role", "delete", "sx", "--yes"}), 5, "roles/sx is a system role and cannot be removed");
  check_ended(desk.apply("roles: {sx: {system: false}}\n"), 5, "must remain one");
  const std::string granted = desk.json({"role", "grant", "sx", "ben@acme.example", "--yes"})["run"];
  check_ended(undo(desk, run), 7, "roles/sx now belongs to users/ben@acme.example");
  check_ended(undo(desk, granted), 0);
  check_ended(undo(desk, run), 0);
  CHECK(difference(before, configuration(desk)) == "");
  check_ended(desk({"drift"}), 0, "Drift: none");
  CHECK(desk.complaints() == "");
}

TEST_CASE("undo gives nothing a name that another has taken, and knows no run that is nowhere") {
  const TenantFixture desk;
  desk.applied("roles: {n1: {name: One}}\n");
  const std::string renamed = desk.applied("roles: {n2: {previously: [n1]}}\n");
  desk.in("insert into app.roles (key, name) values ('n1', 'Other')");
  check_ended(undo(desk, renamed), 7, "roles/n1 already exists (by hand)");
  desk.acctl.create("bert");
  check_ended(desk.acctl({"undo", "0123456789ab", "--all", "--yes"}), 3, "there is no run '0123456789ab'");
  check_ended(desk.acctl({"undo", renamed, "-t", "bert", "-t", "acme", "--dry-run"}), 6);
}

TEST_CASE("a later change elsewhere does not stand in the way of an undo, and survives it") {
  const TenantFixture desk;
  const std::string first = desk.applied(base);
  desk.applied("statuses:\n  new: {name: Fresh}\nroles:\n  team-lead: {name: Lead}\n");
  CHECK(undo(desk, first).status == 0);
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "0");
  CHECK(desk.in("select name from app.statuses where key = 'new'") == "Fresh");
}

TEST_CASE("undo does not take along what came to an object later") {
  const TenantFixture desk;
  const std::string first = desk.applied("roles:\n  helper: {name: Helper}\nteams:\n  t: {name: T}\n");
  desk.by_hand(
      "insert into app.team_members (team_id, user_id) select t.id, u.id from app.teams t, app.users u where t.key = "
      "'t'");
  check_ended(undo(desk, first), 7, "ana@acme.example");
  CHECK(desk.members_of("t") == "ana");
  desk.by_hand("delete from app.team_members");
  desk.by_hand(
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where r.key = "
      "'helper'");
  check_ended(undo(desk, first), 7, "ana@acme.example");
}

TEST_CASE("an undo can be undone, and nothing is undone twice") {
  const TenantFixture desk;
  const std::string run = desk.applied(base);
  const std::string full = configuration(desk);
  const Result first = undo(desk, run);
  REQUIRE(first.status == 0);
  const std::string undoing = first.json()["run"];
  check_ended(undo(desk, run), 7, "already undone by run " + undoing);
  REQUIRE(undo(desk, undoing).status == 0);
  CHECK(configuration(desk) == full);
  // It stands again, so it can go again.
  CHECK(undo(desk, run).status == 0);
  check_ended(undo(desk, "0123456789ab"), 3, "there is no run '0123456789ab' in the ledger of tenant acme");
}

TEST_CASE("a refused run has nothing to undo") {
  const TenantFixture desk;
  CHECK(desk.apply("roles:\n  admin: {permissions: []}\n", {"--fail-on-gain", "x.y"}).status != 0);
  desk.in("update app.users set status = 'active'");
  CHECK(desk.apply("users:\n  ana@acme.example: {roles: []}\n").status == 5);
  const std::string run = desk.json({"log"})[0]["run"];
  const std::string why = "run " + run + " was refused: there is nothing to undo";
  check_ended(undo(desk, run), 7, why);
  desk.acctl.create("bert");
  check_ended(desk.acctl({"undo", run, "--all", "--yes"}), 7, why);
}

TEST_CASE("a run that one tenant refused is undone in the others") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.in("update acctl.tenant set seat_limit = 1");
  const std::string path = desk.file("users:\n  zoe@help.example: {roles: [support-agent]}\n");
  check_ended(desk.acctl({"apply", "-f", path, "--all", "--yes"}), 6, "1 of 2 tenants failed");
  const std::string run = desk.json({"log"})[0]["run"];
  REQUIRE(desk.acctl.in("bert", "select outcome from acctl.runs where run = '" + run + "'") == "done");
  REQUIRE(desk.in("select outcome from acctl.runs where run = '" + run + "'") == "refused");
  check_ended(desk.acctl({"undo", run, "--all", "--yes"}), 0);
  CHECK(desk.acctl.in("bert", "select count(*) from app.users where email like 'zoe%'") == "0");
}

TEST_CASE("undo over several tenants goes wherever the run has been") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.acctl.create("carl");
  const std::string run = desk.applied("roles:\n  helper: {name: Helper}\n", {"-t", "bert"});
  const auto there = [&] {
    std::string all;
    for (const char* tenant : {"acme", "bert", "carl"}) {
      all += desk.acctl.in(tenant, "select count(*) from app.roles where key = 'helper'");
    }
    return all;
  };
  CHECK(there() == "110");
  const auto report = desk.acctl({"undo", run, "--all", "--yes", "-o", "json"}).json();
  CHECK(report["groups"][0]["tenants"].dump() == R"(["acme","bert"])");
  CHECK(report["summary"]["unchanged_tenants"] == 1);
  CHECK(there() == "000");
  // One ledger each, under one run.
  const std::string undone = report["run"];
  for (const char* tenant : {"acme", "bert"}) {
    CHECK(desk.acctl.in(tenant, "select command from acctl.runs where run = '" + undone + "'") == "undo");
  }
  CHECK(desk.acctl.in("carl", "select count(*) from acctl.runs") == "0");
}

// drift: what became different since the last apply, and both ways out of it.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::effects_of;
using acctl::test::TenantFixture;

namespace {

const std::string base = R"(manager: gitops
roles:
  helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}
teams:
  tier-1: {name: Tier 1, members: [ana@acme.example, ben@acme.example]}
users:
  ben@acme.example: {name: Ben, roles: [helper]}
guards: {protect: [roles/helper]}
)";

void edit_by_hand(const TenantFixture& desk) {
  desk.by_hand("update app.roles set name = 'Hand' where key = 'helper'");
  desk.by_hand("delete from app.team_members where user_id = (select id from app.users where email like 'ben%')");
  desk.by_hand(
      "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, app.permissions p "
      "where r.key = 'helper' and p.key = 'settings.edit'");
}

}  // namespace

TEST_CASE("there is no drift before anything is applied, after an apply, or where the files do not speak") {
  const TenantFixture desk;
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.applied(base);
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.roles set description = 'by hand' where key = 'helper'");
  desk.by_hand("update app.roles set name = 'Other' where key = 'team-lead'");
  desk.by_hand("insert into app.teams (key, name) values ('hand', 'By hand')");
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE("hand edits are drift: shown as they happened, exit 2, nothing written") {
  const TenantFixture desk;
  desk.applied(base);
  edit_by_hand(desk);
  const std::string before = desk.everything();
  check_ended(desk({"drift"}), 2, "Helper");
  const auto report = desk({"drift", "-o", "json"}).json();
  CHECK(report["summary"]["add"] == 1);
  CHECK(report["summary"]["change"] == 1);
  CHECK(report["summary"]["remove"] == 1);
  const std::string changes = changes_of(report);
  CHECK(contains(changes, "change roles/helper"));
  CHECK(contains(changes, "add role_permissions/helper/settings.edit"));
  CHECK(contains(changes, "remove team_members/tier-1/ben@acme.example"));
  CHECK(effects_of(report) == "ben@acme.example +settings.edit (role:helper)\n");
  for (const auto& change : report["groups"][0]["changes"]) {
    if (change["kind"] == "roles") CHECK(change["fields"]["name"].dump() == R"({"before":"Helper","after":"Hand"})");
  }
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("an object that was deleted by hand is drift") {
  const TenantFixture desk;
  desk.applied(base);
  desk.by_hand("delete from app.teams where key = 'tier-1'");
  const auto report = desk({"drift", "-o", "json"}).json();
  CHECK(contains(changes_of(report), "remove teams/tier-1"));
  desk.applied(base);
  CHECK(desk.members_of("tier-1") == "ana ben");
  check_ended(desk({"drift"}), 0);
}

TEST_CASE("drift --write takes the live state over: the written file plans empty and ends the drift") {
  const TenantFixture desk;
  desk.applied(base);
  edit_by_hand(desk);
  const std::string path = desk.acctl.folder.path() + "/live.yaml";
  check_ended(desk({"drift", "--write", path}), 2);
  const auto plan = desk.json({"plan", "-f", path, "--prune"});
  CHECK(plan["groups"].empty());
  check_ended(desk({"apply", "-f", path, "--yes"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  CHECK(desk.permissions_of("helper") == "settings.edit tickets.create tickets.view:group");
  CHECK(desk.in("select key from acctl.protections") == "roles/helper");
}

TEST_CASE("drift --write of a tenant with several managers writes what the named one declared") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied("manager: hr\nroles:\n  hr: {name: HR, permissions: [users.view]}\n");
  const std::string path = desk.acctl.folder.path() + "/live.yaml";
  check_ended(desk({"drift", "--write", path}), 7, "Name one with --manager: gitops, hr.");
  check_ended(desk({"drift", "--write", path, "--manager", "gitop"}), 3, "did you mean 'gitops'");
  check_ended(desk({"drift", "--manager", "hr"}), 3, "--write");
  check_ended(desk({"drift", "--write", path, "--manager", "hr"}), 0);
  const std::string written = acctl::test::file_text(path);
  CHECK(contains(written, "manager: hr"));
  CHECK(contains(written, "users.view"));
  CHECK_FALSE(contains(written, "helper"));
  check_ended(desk({"plan", "-f", path, "--prune", "--detailed-exitcode"}), 0);
}

TEST_CASE("drift --out leads back to what was applied") {
  const TenantFixture desk;
  desk.applied(base);
  edit_by_hand(desk);
  const std::string path = desk.acctl.folder.path() + "/back.json";
  check_ended(desk({"drift", "--out", path}), 2);
  check_ended(desk.acctl({"apply", path, "--yes"}), 0);
  CHECK(desk.permissions_of("helper") == "tickets.create tickets.view:group");
  CHECK(desk.members_of("tier-1") == "ana ben");
  CHECK(desk.in("select name from app.roles where key = 'helper'") == "Helper");
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE("each manager's last declaration counts, and only its last") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied("manager: hr\nroles:\n  hr: {name: HR, permissions: [users.view]}\n");
  check_ended(desk({"drift"}), 0, "Drift: none");
  edit_by_hand(desk);
  desk.by_hand("update app.roles set name = 'Personnel' where key = 'hr'");
  const std::string changes = changes_of(desk({"drift", "-o", "json"}).json());
  CHECK(contains(changes, "change roles/helper"));
  CHECK(contains(changes, "change roles/hr"));
  check_ended(desk({"drift", "--write", desk.acctl.folder.path() + "/live.yaml"}), 7, "2 managers");
  // HR changes its mind; the old word is no measure any more.
  desk.applied("manager: hr\nroles:\n  hr: {name: Personnel}\n");
  const std::string rest = changes_of(desk({"drift", "-o", "json"}).json());
  CHECK(contains(rest, "change roles/helper"));
  CHECK_FALSE(contains(rest, "roles/hr"));
}

TEST_CASE("drift over all tenants shows where it is") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.applied("roles:\n  helper: {name: Helper}\n", {"-t", "bert"});
  desk.by_hand("update app.roles set name = 'Hand' where key = 'helper'");
  const auto report = desk.acctl({"drift", "--all", "-o", "json"}).json();
  CHECK(report["summary"]["unchanged_tenants"] == 1);
  REQUIRE(report["groups"].size() == 1);
  CHECK(report["groups"][0]["tenants"].dump() == R"(["acme"])");
}

TEST_CASE("what another manager has taken over is no drift of the first") {
  const TenantFixture desk;
  for (const std::string names : {"a b", "b a"}) {
    const std::string first = names.substr(0, 1);
    const std::string second = names.substr(2);
    const std::string team = "teams: {t" + first + ": {name: ";
    desk.applied("manager: team-" + first + "\n" + team + "One}}\n");
    desk.applied("manager: team-" + second + "\n" + team + "Two}}\n", {"--adopt"});
    desk.by_hand("insert into app.teams (key, name) values ('other" + first + "', 'Other')");
    check_ended(desk({"drift"}), 0, "Drift: none");
  }
}

TEST_CASE("a declared role that is granted for a time by hand is drift, as it is a change for plan") {
  const TenantFixture desk;
  desk.applied(base);
  desk.in(
      "update app.user_roles set expires_at = '2099-01-31T18:00:00Z' where role_id = (select id from app.roles "
      "where key = 'helper')");
  CHECK(desk.plan(base, {"--detailed-exitcode"}).status == 2);
  const auto drift = desk({"drift", "-o", "json"});
  CHECK(drift.status == 2);
  CHECK(changes_of(drift.json()) == "change user_roles/ben@acme.example/helper");
  const std::string path = desk.acctl.folder.path() + "/live.yaml";
  check_ended(desk({"drift", "--write", path}), 2);
  CHECK_THAT(acctl::test::file_text(path), Catch::Contains("- helper:\n          until: \"2099-01-31T18:00:00Z\"\n"));
  check_ended(desk({"plan", "-f", path, "--detailed-exitcode"}), 0);
  check_ended(desk({"apply", "-f", path, "--yes"}), 0);
  CHECK(desk.in("select count(*) from app.user_roles where expires_at is not null") == "1");
  check_ended(desk({"drift"}), 0, "Drift: none");
  // A role that no file names is granted beside the list.
  check_ended(desk({"role", "grant", "team-lead", "ben@acme.example", "--until", "8h"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE("what was undone is no longer declared, and the rest still is") {
  const TenantFixture desk;
  const std::string first = desk.applied(base);
  check_ended(desk({"undo", first, "--allow-removal", "roles/helper", "--yes"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  check_ended(desk({"drift", "--write", desk.acctl.folder.path() + "/live.yaml"}), 1, "applied to this tenant");
  desk.applied(base);
  const std::string second = desk.applied(
      "manager: gitops\nroles: {helper: {name: Aide, permissions: [tickets.create]}}\n"
      "teams: {tier-1: {name: Tier 1, members: [ben@acme.example]}, tier-2: {name: Tier 2}}\n");
  check_ended(desk({"undo", second, "--yes"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.teams set name = 'Hand' where key = 'tier-1'");
  desk.by_hand("delete from app.team_members where user_id = (select id from app.users where email like 'ana%')");
  const std::string changes = changes_of(desk({"drift", "-o", "json"}).json());
  CHECK(contains(changes, "change teams/tier-1"));
  CHECK(contains(changes, "remove team_members/tier-1/ana@acme.example"));
}

TEST_CASE("an undone rename is no drift, and what was declared of the object holds under its old name") {
  const TenantFixture desk;
  desk.applied("teams: {ta: {name: TA, members: [ana@acme.example]}}\n");
  const std::string run =
      desk.applied("teams: {tb: {name: TA, previously: [ta]}}\nviews: {v: {name: V, type: list}}\n");
  check_ended(desk({"undo", run, "--yes"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.teams set name = 'Hand' where key = 'ta'");
  CHECK(changes_of(desk({"drift", "-o", "json"}).json()) == "change teams/ta");
}

TEST_CASE("the way back from a rename by hand is a rename, with all members") {
  const TenantFixture desk;
  desk.applied("teams: {ta: {name: TA, members: [ana@acme.example]}}\n");
  desk.applied("teams: {tb: {previously: [ta]}}\n");
  desk.by_hand("update app.teams set key = 'ta' where key = 'tb'");
  const std::string path = desk.acctl.folder.path() + "/back.json";
  const auto drift = desk({"drift", "--out", path, "-o", "json"});
  CHECK(drift.status == 2);
  CHECK(changes_of(drift.json()) == "change teams/ta");
  check_ended(desk.acctl({"apply", path, "--yes"}), 0);
  CHECK(desk.members_of("tb") == "ana");
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE("an object that files declare in part is drift, too, when it is gone") {
  const TenantFixture desk;
  desk.applied("roles: {team-lead: {description: Leads.}}\n");
  desk.by_hand("delete from app.roles where key = 'team-lead'");
  const auto drift = desk({"drift", "-o", "json"});
  CHECK(drift.status == 2);
  CHECK(contains(changes_of(drift.json()), "remove roles/team-lead"));
  check_ended(desk({"drift", "--out", desk.acctl.folder.path() + "/back.json"}), 7,
              "roles/team-lead no longer exists, and its last applied definition does not include its name");
}

TEST_CASE("drift --write keeps a list that adds and takes away what it is, and leaves a file alone where it fails") {
  const TenantFixture desk;
  const std::string path = desk.file("precious\n");
  check_ended(desk({"drift", "--write", path}), 1, "nothing is applied");
  CHECK(acctl::test::file_text(path) == "acctl: 1\nprecious\n");
  desk.applied(
      "roles: {support-agent: {permissions: [+reports.view, +settings.edit, -tickets.view]}}\n"
      "users: {bea@acme.example: {roles: [team-lead]}}\n");
  desk.by_hand("delete from app.user_roles x using app.roles r where r.id = x.role_id and r.key = 'team-lead'");
  desk.by_hand(
      "delete from app.role_permissions x using app.permissions p where p.id = x.permission_id and p.key = "
      "'settings.edit'");
  check_ended(desk({"drift", "--write", path}), 2);
  CHECK_THAT(acctl::test::file_text(path), Catch::Contains("roles: []"));
  CHECK_THAT(acctl::test::file_text(path),
             Catch::Contains("roles:\n  support-agent:\n    permissions:\n"
                             "      - -settings.edit\n      - -tickets.view\n      - +reports.view\n"));
  check_ended(desk({"apply", "-f", path, "--yes"}), 0);
  check_ended(desk({"drift"}), 0);
}

TEST_CASE("what apply --only has done is no drift") {
  const TenantFixture desk;
  desk.applied("manager: other\nsettings: {locale: fr, note: x}\nteams: {z: {name: Z}}\n");
  desk.applied("manager: other\nteams: {z: {name: Z}}\n", {"--only", "settings", "--prune"});
  CHECK(desk.in("select count(*) from app.settings where key = 'note'") == "0");
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.applied("manager: m\nroles: {a: {name: A}, b: {name: B}}\nteams: {t: {name: T}, u: {name: U}}\n");
  const std::string next = "manager: m\nroles: {a: {name: Other}, b: {name: B}}\nteams: {t: {name: Team}}\n";
  desk.applied(next, {"--only", "teams", "--prune"});
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.teams set name = 'Hand' where key = 't'");
  CHECK(changes_of(desk({"drift", "-o", "json"}).json()) == "change teams/t");
  desk.applied(next);
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE("a copy whose source is gone is compared by what follows it") {
  const TenantFixture desk;
  desk.in("insert into app.roles (key, name) values ('source', 'Source')");
  desk.applied("manager: m\nroles: {copy: {name: Copy, clone: source, permissions: [+tickets.edit]}}\n");
  REQUIRE(desk({"role", "delete", "source", "--yes"}).status == 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.roles set name = 'Hand' where key = 'copy'");
  CHECK(changes_of(desk({"drift", "-o", "json"}).json()) == "change roles/copy");
}

TEST_CASE("drift is shown whatever guards would refuse") {
  const TenantFixture desk;
  desk.applied("manager: m\nguards: {protect: [roles/a]}\nroles: {a: {name: A}}\n");
  desk.applied("manager: m\nroles: {b: {name: A, previously: [a]}}\n", {"--allow-removal", "roles/a"});
  desk.by_hand("update app.roles set key = 'a' where key = 'b'");
  check_ended(desk({"drift"}), 2, "roles/a");
}

TEST_CASE("the way back makes a copy again as a copy") {
  const TenantFixture desk;
  desk.applied("roles: {base: {name: Base, permissions: [tickets.view: group]}, copy: {name: Copy, clone: base}}\n");
  desk.by_hand("delete from app.roles where key = 'copy'");
  const std::string path = desk.acctl.folder.path() + "/back.json";
  check_ended(desk({"drift", "--out", path}), 2);
  check_ended(desk.acctl({"apply", path, "--yes"}), 0);
  CHECK(desk.permissions_of("copy") == "tickets.view:group");
  // Of a source that no file declares nobody knows what it was.
  desk.applied("roles: {late: {name: Late, clone: team-lead}}\n");
  desk.by_hand("delete from app.roles where key = 'late'");
  const auto drift = desk({"drift", "-o", "json"});
  CHECK(changes_of(drift.json()) == "remove roles/late");
  check_ended(desk({"drift", "--out", path}), 7,
              "roles/late no longer exists, and its last applied definition does not include");
}

// Plans in files: reviewed by one, applied by another, and never more than was reviewed.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::file_text;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string base = R"(manager: gitops
roles:
  helper: {name: Helper, permissions: [tickets.create, tickets.view: group]}
users:
  ben@acme.example: {name: Ben, roles: [helper]}
)";

std::string save(const TenantFixture& desk, const std::string& text, std::vector<std::string> more = {}) {
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  more.insert(more.end(), {"--out", path});
  check_ended(desk.plan(text, more), 0);
  return path;
}

Result apply(const TenantFixture& desk, const std::string& path) { return desk.acctl({"apply", path, "--yes"}); }

}  // namespace

TEST_CASE("a saved plan is a file of its maker alone, says what it does, and is applied as it was reviewed") {
  const TenantFixture desk;
  const std::string path = save(desk, base);
  struct stat status = {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const auto plan = nlohmann::ordered_json::parse(file_text(path));
  CHECK(plan["tenants"][0]["slug"] == "acme");
  CHECK(plan["groups"].size() == 1);
  const Result unasked = desk.acctl({"apply", path});
  check_ended(unasked, 10, "Run: acctl apply " + path + " --yes");
  CHECK(contains(unasked.out, "+ roles/helper"));
  CHECK(contains(unasked.out, "ben@acme.example gains tickets.create"));
  check_ended(apply(desk, path), 0);
  CHECK(desk.permissions_of("helper") == "tickets.create tickets.view:group");
  CHECK(desk.in("select manager || ' ' || outcome from acctl.runs") == "gitops done");
  // It is known as what was applied last, and the files have nothing more to ask for.
  CHECK(desk.planned(base)["groups"].empty());
  check_ended(desk({"drift"}), 0);
  check_ended(desk.acctl({"apply", path, "-f", desk.file(base)}), 3, "cannot be combined");
}

TEST_CASE("the same plan twice: the second time there is nothing to do") {
  const TenantFixture desk;
  const std::string path = save(desk, base);
  check_ended(apply(desk, path), 0);
  const std::string before = desk.everything();
  check_ended(apply(desk, path), 0, "nothing to change");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("a plan that is not whole, or not of this acctl, is refused before anything is touched") {
  const TenantFixture desk;
  const std::string path = save(desk, base);
  const std::string good = file_text(path);
  const std::string before = desk.everything();
  const auto refused = [&](const std::string& text, const std::string& why) {
    put_file(path, text);
    check_ended(apply(desk, path), 3, why);
  };
  refused(good.substr(0, good.size() / 2), "is incomplete or damaged");
  refused(good.substr(0, good.size() - 3), "is incomplete or damaged");
  refused("", "is incomplete or damaged");
  refused("[]", "is not a saved plan");
  refused("{}", "is not a saved plan");
  refused("acctl: 1\n" + base, "is incomplete or damaged");
  std::string other = good;
  other.replace(other.find("\"Helper\""), 8, "\"Helped\"");
  refused(other, "was changed after it was saved");
  auto version = nlohmann::ordered_json::parse(good);
  version["acctl"] = "0.0.1";
  refused(version.dump(), "was saved by another version");
  version = nlohmann::ordered_json::parse(good);
  version["acctl_plan"] = 3;
  refused(version.dump(), "was saved by another version");
  refused(std::string(200'000, '['), "is incomplete or damaged");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk.acctl({"apply", path + ".none", "--yes"}), 3, path + ".none");
  put_file(path, good);
  check_ended(apply(desk, path), 0);
}

TEST_CASE("no bit of a plan can be flipped unseen") {
  const TenantFixture desk;
  const std::string path = save(desk, "roles:\n  helper: {name: Helper}\n");
  const std::string good = file_text(path);
  const std::string before = desk.everything();
  for (std::size_t at = 3; at < good.size(); at += good.size() / 40) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    put_file(path, bad);
    const Result result = apply(desk, path);
    // White space is no part of what a plan says: with another control character it is no JSON.
    INFO("byte " << at << ": " << result.err);
    CHECK((result.status == 3 || (result.status == 0 && (good[at] == ' ' || good[at] == '\n'))));
    CHECK(difference(before, desk.everything()) == "");
  }
}

TEST_CASE("a plan is refused where one of its objects has changed since") {
  const TenantFixture desk;
  const std::string text = R"(manager: gitops
roles:
  helper: {name: Helpers, permissions: [tickets.create, items.view]}
)";
  desk.applied(base);
  const auto refused_after = [&](const std::string& edit, const std::string& why, const std::string& back) {
    INFO(edit);
    const std::string path = save(desk, text);
    desk.by_hand(edit);
    const std::string before = desk.everything();
    check_ended(apply(desk, path), 7, why);
    CHECK(difference(before, desk.everything()) == "");
    desk.by_hand(back);
  };
  refused_after("update app.roles set name = 'Hand' where key = 'helper'", "name is \"Hand\" and was \"Helper\"",
                "update app.roles set name = 'Helper' where key = 'helper'");
  const std::string role = "(select id from app.roles where key = 'helper')";
  const std::string view = "(select id from app.permissions where key = 'tickets.view')";
  refused_after("delete from app.role_permissions where permission_id = " + view + " and role_id = " + role,
                "tickets.view no longer exists",
                "insert into app.role_permissions values (" + role + ", " + view + ", 'group')");
}

TEST_CASE("a plan is refused where its object has changed in what the plan does not speak of, its manager too") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string path = save(desk, "manager: gitops\nroles: {helper: {name: Aide}}\n");
  desk.by_hand("update app.roles set description = 'By hand' where key = 'helper'");
  check_ended(apply(desk, path), 7, "roles/helper has changed since the plan was made");
  desk.by_hand("update app.roles set description = null where key = 'helper'");
  desk.applied("manager: other\nroles: {helper: {permissions: [tickets.create]}}\n", {"--adopt"});
  check_ended(apply(desk, path), 7, "roles/helper has changed since the plan was made");
  CHECK(desk.in("select name || ' ' || manager from app.roles where key = 'helper'") == "Helper other");
}

TEST_CASE(
    "a plan is refused where a list of its object has changed since, and not for the members of a team it renames") {
  const TenantFixture desk;
  desk.applied("roles: {r: {name: R}}\nteams: {t: {name: T, members: [ana@acme.example]}}\n");
  const std::string give =
      "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, app.permissions p "
      "where r.key = 'r' and p.key = 'tickets.view'";
  const std::string fields = save(desk, "roles: {r: {name: Other}}\n");
  desk.by_hand(give);
  check_ended(apply(desk, fields), 7, "roles/r has changed since the plan was made");
  const std::string list = save(desk, "roles: {r: {permissions: [+reports.view]}}\n");
  desk.by_hand("update app.roles set name = 'Hand' where key = 'r'");
  check_ended(apply(desk, list), 7, "roles/r has changed since the plan was made");
  const std::string team = save(desk, "teams: {t: {name: Team}}\nroles: {r: {permissions: []}}\n");
  check_ended(apply(desk, team), 0);
  CHECK(desk.in("select name from app.teams") == "Team");
}

TEST_CASE("a plan keeps the tests of its files") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string path = save(desk,
                                "manager: gitops\nteams: {t: {name: T}}\n"
                                "tests: [{role: helper, can: [tickets.create]}]\n");
  desk.by_hand(
      "delete from app.role_permissions where permission_id = (select id from app.permissions where key = "
      "'tickets.create')");
  check_ended(apply(desk, path), 8, "roles/helper cannot tickets.create");
  CHECK(desk.in("select count(*) from app.teams where key = 't'") == "0");
}

TEST_CASE("what cannot be planned is not saved") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  check_ended(desk.plan("roles: {x: {name: X}}\nteams: {t: {name: T, members: [no@acme.example]}}\n", {"--out", path}),
              3);
  check_ended(desk.plan("guards: {protect: [roles/helper]}\n", {"--out", path}), 0);
  check_ended(apply(desk, path), 0);
  std::filesystem::remove(path);
  check_ended(desk.plan("manager: gitops\nusers: {ben@acme.example: {roles: []}}\n",
                        {"--out", path, "--prune", "--max-removals", "0"}),
              5);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a plan is good where something else has changed since") {
  const TenantFixture desk;
  const std::string path = save(desk, base);
  desk.by_hand("update app.roles set name = 'Lead' where key = 'team-lead'");
  desk.by_hand("insert into app.teams (key, name) values ('t', 'T')");
  desk.applied("manager: hr\nusers:\n  cleo@acme.example: {name: Cleo}\n");
  check_ended(apply(desk, path), 0);
  CHECK(desk.permissions_of("helper") == "tickets.create tickets.view:group");
  CHECK(desk.in("select name from app.roles where key = 'team-lead'") == "Lead");
}

TEST_CASE("a plan is for the tenants it was made for, and not for a namesake") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  check_ended(desk.acctl({"plan", "-f", desk.file("roles:\n  helper: {name: Helper}\n"), "--all", "--out", path}), 0);
  check_ended(desk.acctl({"apply", path, "--yes", "-t", "bret"}), 3, "the plan is not for tenant 'bret'");
  check_ended(desk.acctl({"apply", path, "--yes", "-t", "bert"}), 0);
  CHECK(desk.acctl.in("bert", "select count(*) from app.roles where key = 'helper'") == "1");
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "0");
  REQUIRE(desk.acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}).status == 0);
  desk.acctl.create("acme");
  check_ended(desk.acctl({"apply", path, "--yes", "-t", "acme"}), 7,
              "tenant acme is not the tenant that the plan was made for");
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "0");
}

TEST_CASE("the guards and the loosenings of a plan are those it was made with") {
  const TenantFixture desk;
  std::string teams = "teams:\n";
  for (int i = 0; i < 8; ++i) teams += "  t" + std::to_string(i) + ": {name: T}\n";
  desk.applied(teams);
  const std::string path = save(desk, "teams:\n  t0: {name: T}\n", {"--prune", "--max-removals", "7"});
  check_ended(apply(desk, path), 0);
  CHECK(desk.in("select count(*) from app.teams") == "1");
  CHECK(desk.in("select loosened from acctl.runs order by id desc limit 1") == "--max-removals 7");
}

TEST_CASE("a plan without changes is saved and applied as such") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string path = save(desk, base);
  const std::string before = desk.everything();
  check_ended(apply(desk, path), 0);
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk.acctl({"apply", path, "--yes", "-t", "acme"}), 0, "nothing to change");
}

TEST_CASE("a plan that finds all as it shall be is remembered as applied, like the files") {
  const TenantFixture desk;
  desk.applied("teams: {t: {name: One}}\n");
  desk.by_hand("update app.teams set name = 'Two'");
  check_ended(desk({"drift"}), 2);
  const std::string path = save(desk, "teams: {t: {name: Two}}\n");
  check_ended(apply(desk, path), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  // It does not hide what was changed by hand since it was made.
  const std::string other = save(desk, "teams: {t: {name: Two}, u: {name: U}}\n");
  desk.by_hand("update app.teams set name = 'Hand' where key = 't'");
  check_ended(apply(desk, other), 0);
  check_ended(desk({"drift"}), 2, "teams/t");
  const std::string none = save(desk, "teams: {u: {name: U}}\n");
  desk.by_hand("update app.teams set name = 'Hand' where key = 'u'");
  check_ended(apply(desk, none), 0);
  check_ended(desk({"drift"}), 2, "teams/u");
}

TEST_CASE("what a rehearsal refuses is not saved") {
  const TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/plan.json";
  desk.in(
      "create function acctl.no() returns trigger language plpgsql as 'begin raise check_violation; end'; "
      "create trigger no before insert on app.teams for each row execute function acctl.no()");
  CHECK(desk.plan("teams: {t: {name: T}}\n", {"--verify", "--out", path}).status == 3);
  CHECK_FALSE(std::filesystem::exists(path));
}

// Whose an object is: adoption, conflicts between managers, pruning, and what people changed by hand.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

std::string manager(const std::string& name, const std::string& rest) { return "manager: " + name + "\n" + rest; }

const std::string two = "roles:\n  a: {name: A}\n  b: {name: B, permissions: [tickets.view]}\n";
const std::string one = "roles:\n  a: {name: A}\n";

std::string manager_of(const TenantFixture& desk, const std::string& role) {
  return desk.in("select coalesce(manager, 'nobody') from app.roles where key = '" + role + "'");
}

}  // namespace

TEST_CASE("what nobody manages is adopted when it is declared, which is a change") {
  const TenantFixture desk;
  desk.in("insert into app.roles (key, name) values ('hand', 'By hand')");
  const std::string text = manager("gitops", "roles:\n  hand: {name: By hand}\n  support-agent: {name: Agent}\n");
  const auto plan = desk.planned(text, {"--detailed-exitcode"});
  CHECK(changes_of(plan) == "change roles/support-agent");
  desk.applied(text);
  CHECK(manager_of(desk, "hand") == "gitops");
  CHECK(manager_of(desk, "support-agent") == "gitops");
  CHECK(manager_of(desk, "admin") == "nobody");
  const std::string alone = manager("gitops", "roles:\n  team-lead: {name: Team Lead}\n");
  const Result planned = desk.plan(alone, {"--detailed-exitcode"});
  check_ended(planned, 2, "Plan: 1 to take over.");
  CHECK(contains(planned.out, "1 object without a manager is taken over: roles/team-lead"));
  CHECK(desk.planned(alone)["groups"][0]["adopted"][0]["key"] == "team-lead");
  check_ended(desk({"apply", "-f", desk.file(alone)}), 10);
  CHECK(manager_of(desk, "team-lead") == "nobody");
  desk.applied(alone);
  CHECK(manager_of(desk, "team-lead") == "gitops");
  check_ended(desk.plan(alone, {"--detailed-exitcode"}), 0, "Plan: nothing to change.");
}

TEST_CASE("what another manager owns is a conflict that names it and the place, --adopt takes it over") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  const std::string other = manager("hr", "roles:\n  b: {name: Bee}\n  c: {name: C}\n");
  const std::string before = desk.everything();
  const Result refused = desk.apply(other);
  check_ended(refused, 7, "definitions.yaml:4:3: roles/b belongs to manager gitops");
  check_ended(refused, 7, "--adopt");
  CHECK(difference(before, desk.everything()) == "");
  const auto plan = desk.planned(other, {"--adopt"});
  CHECK(plan["groups"][0]["changes"][0]["fields"]["manager"].dump() == R"({"before":"gitops","after":"hr"})");
  desk.applied(other, {"--adopt"});
  CHECK(manager_of(desk, "b") == "hr");
  CHECK(manager_of(desk, "a") == "gitops");
  CHECK(desk.in("select loosened from acctl.runs order by id desc limit 1") == "--adopt");
  check_ended(desk.apply(manager("gitops", two)), 7, "roles/b belongs to manager hr");
}

TEST_CASE("prune removes what the same manager no longer declares, and nothing else") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  desk.applied(manager("hr", "roles:\n  c: {name: C}\n"));
  desk.in("insert into app.roles (key, name) values ('hand', 'By hand')");
  const auto plan = desk.planned(manager("gitops", one), {"--prune"});
  CHECK(changes_of(plan) == "remove role_permissions/b/tickets.view, remove roles/b");
  desk.applied(manager("gitops", one), {"--prune"});
  CHECK(desk.in("select string_agg(key, ' ' order by key) from app.roles") == "a admin c hand support-agent team-lead");
}

TEST_CASE("without --prune a plan says what would be pruned, each time, and removes nothing") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  const std::string says = "no longer declared, kept: roles/b (remove with --prune)";
  check_ended(desk.plan(manager("gitops", one)), 0, says);
  check_ended(desk.apply(manager("gitops", one)), 0, says);
  check_ended(desk.plan(manager("gitops", one)), 0, says);
  check_ended(desk.apply(manager("gitops", one)), 0, says);
  CHECK(desk.planned(manager("gitops", one))["groups"][0]["prunable"].dump() == R"(["roles/b"])");
  CHECK(manager_of(desk, "b") == "gitops");
}

TEST_CASE("an empty file with --prune is refused: it must not mean to delete everything") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  const std::string before = desk.everything();
  check_ended(desk.apply(manager("gitops", ""), {"--prune"}), 3, "declare nothing");
  check_ended(desk.apply(manager("gitops", "roles: {}\n"), {"--prune"}), 3, "declare nothing");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("the last objects of a manager go with --prune --allow-empty") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two + "users: {ben@acme.example: {}}\n"));
  desk.applied(manager("hr", "roles:\n  c: {name: C}\n"));
  check_ended(desk.apply(manager("gitops", ""), {"--prune"}), 3, "--allow-empty");
  check_ended(desk.apply(manager("gitops", ""), {"--allow-empty"}), 0, "no longer declared, kept: roles/a");
  check_ended(desk.apply(manager("gitops", ""), {"--prune", "--allow-empty", "--max-removals", "100%"}), 0);
  CHECK(desk.in("select string_agg(key, ' ' order by key) from app.roles") == "admin c support-agent team-lead");
  CHECK(desk.in("select string_agg(email, ' ') from app.users") == "ana@acme.example");
}

TEST_CASE("an entry that leaves a '+' list is told until it is pruned") {
  const TenantFixture desk;
  const auto adding = [](const std::string& entries) {
    return manager("gitops", "roles:\n  support-agent: {permissions: [" + entries + "]}\n");
  };
  const std::string says =
      "no longer declared, kept: roles/support-agent permissions reports.export (remove with --prune)";
  const auto holds = [&] { return contains(desk.permissions_of("support-agent"), "reports.export"); };
  desk.applied(adding("+reports.view, +reports.export"));
  check_ended(desk.plan(adding("+reports.view")), 0, says);
  check_ended(desk.apply(adding("+reports.view")), 0, says);
  check_ended(desk.apply(adding("+reports.view")), 0, says);
  CHECK(desk.planned(adding("+reports.view"))["groups"][0]["prunable"].dump() ==
        R"(["roles/support-agent permissions reports.export"])");
  SECTION("it is pruned like an object") {
    CHECK(changes_of(desk.planned(adding("+reports.view"), {"--prune"})) ==
          "remove role_permissions/support-agent/reports.export");
    desk.applied(adding("+reports.view"), {"--prune"});
    CHECK_FALSE(holds());
    CHECK_FALSE(contains(desk.plan(adding("+reports.view")).out, "no longer declared"));
  }
  SECTION("a list of its own leaves nothing to tell") {
    CHECK_FALSE(contains(desk.plan(manager("gitops", "roles:\n  support-agent: {permissions: [reports.view]}\n"),
                                   {"--max-removals", "100%"})
                             .out,
                         "no longer declared"));
  }
  SECTION("what is declared again, or is gone, is told no more") {
    CHECK_FALSE(contains(desk.plan(adding("+reports.view, +reports.export")).out, "no longer declared"));
    CHECK_FALSE(contains(desk.plan(adding("+reports.view, -reports.export")).out, "no longer declared"));
    check_ended(desk({"role", "edit", "support-agent", "--remove-permission", "reports.export", "--yes"}), 0);
    CHECK_FALSE(contains(desk.plan(adding("+reports.view")).out, "no longer declared"));
  }
  SECTION("a saved plan and a part of the files do not forget it") {
    const std::string plan = desk.acctl.folder.path() + "/plan.json";
    const std::string more = adding("+reports.view") + "teams: {night: {name: Night}}\n";
    check_ended(desk.plan(more, {"--out", plan}), 0, says);
    check_ended(desk({"apply", plan, "--yes"}), 0);
    check_ended(desk.apply(more, {"--only", "teams"}), 0);
    check_ended(desk.plan(more), 0, says);
    CHECK(holds());
  }
}

TEST_CASE("an object that another manager's last files still declare is named before it goes") {
  const TenantFixture desk;
  desk.applied(manager("hr", "roles:\n  b: {name: B}\n"));
  desk.applied(manager("gitops", two), {"--adopt"});
  const std::string says = "removed, but still declared by another manager: roles/b (manager hr)";
  check_ended(desk.plan(manager("gitops", one), {"--prune"}), 0, says);
  CHECK(desk.planned(manager("gitops", one), {"--prune"})["groups"][0]["declared_elsewhere"].dump() ==
        R"j(["roles/b (manager hr)"])j");
  check_ended(desk({"role", "delete", "b", "--dry-run"}), 0, "roles/b (manager hr)");
  CHECK_FALSE(contains(desk.plan(manager("gitops", two)).out, "still declared"));
}

TEST_CASE("an undo does not name the manager whose run it undoes, and of many objects of others the first ten") {
  const TenantFixture desk;
  std::string roles = "roles:\n";
  for (int i = 10; i < 22; ++i) roles += "  r" + std::to_string(i) + ": {name: R" + std::to_string(i) + "}\n";
  const std::string run = desk.applied(manager("gitops", roles));
  const std::vector<std::string> undo = {"undo", run, "--dry-run", "--max-removals", "100%"};
  const Result alone = desk(undo);
  check_ended(alone, 0);
  CHECK_FALSE(contains(alone.out, "still declared"));
  // Another one declares them since; what it declared last stays so when they are handed back.
  desk.applied(manager("hr", roles), {"--adopt"});
  desk.applied(manager("gitops", roles), {"--adopt"});
  const std::vector<std::string> plan = {"--prune", "--max-removals", "100%", "--allow-empty"};
  const std::string elsewhere = "removed, but still declared by another manager: ";
  const std::string words = "roles/r10 (manager hr), roles/r11 (manager hr), ";
  const std::string text = desk.plan(manager("gitops", "roles: {}\n"), plan).out;
  CHECK(contains(text, elsewhere + words));
  CHECK(contains(text, "roles/r19 (manager hr) and 2 more\n"));
  CHECK(text.find(elsewhere) == text.rfind(elsewhere));
  for (const char* format : {"markdown", "github"}) {
    std::vector<std::string> formatted = plan;
    formatted.insert(formatted.end(), {"-o", format});
    const std::string page = desk.plan(manager("gitops", "roles: {}\n"), formatted).out;
    INFO(page);
    CHECK(contains(page, words));
    CHECK(contains(page, "roles/r19 (manager hr) and 2 more"));
    CHECK_FALSE(contains(page, "roles/r20 (manager hr)"));
  }
  CHECK(desk({"plan", "-f", desk.file(manager("gitops", "roles: {}\n")), "--prune", "--max-removals", "100%",
              "--allow-empty", "-o", "json"})
            .json()["groups"][0]["declared_elsewhere"]
            .size() == 12);
}

TEST_CASE("what the files still name is not pruned from under them") {
  const TenantFixture desk;
  desk.applied(
      "manager: m\nroles: {base: {name: Base, permissions: [tickets.view]}, copy: {name: Copy, clone: base}}\n"
      "users: {ben@acme.example: {name: Ben}}\nteams: {t: {name: T, members: [ben@acme.example]}}\n");
  const std::string without =
      "manager: m\nroles: {copy: {name: Copy, clone: base}}\nteams: {t: {name: T, members: [ben@acme.example]}}\n";
  const std::string file = desk.file(without);
  CHECK(desk.apply(without, {"--prune"}).err ==
        "acctl: the definitions do not fit the tenant\n" + file +
            ":3:35: roles/base is no longer declared and would be pruned, but is referred to here\n" + file +
            ":4:32: users/ben@acme.example is no longer declared and would be pruned, but is referred to here\n");
  CHECK(desk.members_of("t") == "ben");
  check_ended(desk.apply(without), 0);
}

TEST_CASE("a role is pruned only when nobody holds it any more, and the refusal says who does") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  desk.applied(manager("hr", "users:\n  ben@acme.example: {roles: [b]}\n"));
  const Result held = desk.apply(manager("gitops", one), {"--prune"});
  check_ended(held, 7, "ben@acme.example");
  CHECK(manager_of(desk, "b") == "gitops");
  desk.applied(manager("hr", "users:\n  ben@acme.example: {roles: [a]}\n"));
  desk.applied(manager("gitops", one), {"--prune"});
  CHECK(manager_of(desk, "b") == "");
}

TEST_CASE("what others need is not pruned, whatever else the files say of those others") {
  const TenantFixture desk;
  desk.applied("manager: m\nrole_templates: {tp: {name: TP}}\nroles: {r: {name: R}}\n");
  desk.applied("manager: hr\nusers: {ben@acme.example: {role_template: tp, roles: [r]}}\n");
  check_ended(desk.apply("manager: m\nusers: {ben@acme.example: {name: Ben}}\n", {"--prune", "--adopt"}), 7,
              "role_templates/tp cannot be removed: users/ben@acme.example needs it");
  check_ended(desk.apply("manager: m\nusers: {ben@acme.example: {roles: [+support-agent], role_template: null}}\n",
                         {"--prune", "--adopt"}),
              7, "roles/r cannot be removed: users/ben@acme.example needs it");
}

TEST_CASE("what another manager's object refers to is not pruned, and the plan names it") {
  const TenantFixture desk;
  const std::string mine =
      "manager: mine\nprojects: {p: {name: P}}\npermissions: {x.y: {category: X}, x.z: {category: X}}\n";
  desk.applied(mine + "business_hours: {b: {name: B, time_zone: UTC}}\nteams: {t: {name: T}}\n");
  desk.applied(
      "manager: other\nviews: {v: {name: V, type: list, project: p}}\n"
      "sla_policies: {s: {name: S, resolution_minutes: 5, business_hours: b}}\nroles: {r: {name: R, permissions: "
      "[x.y]}}\n");
  desk.by_hand(
      "insert into app.user_permissions (user_id, permission_id) select u.id, p.id from app.users u, app.permissions p "
      "where p.key = 'x.z'");
  check_ended(desk.plan("manager: mine\nteams: {t: {name: T}}\n", {"--prune"}), 7,
              "business_hours/b cannot be removed: sla_policies/s needs it");
  check_ended(desk.plan(mine, {"--prune"}), 7, "business_hours/b cannot be removed: sla_policies/s needs it");
  desk.applied(mine + "business_hours: {b: {name: B}}\nteams: {t: {name: T}}\n");
  check_ended(desk.plan("manager: mine\nbusiness_hours: {b: {name: B}}\npermissions: {x.z: {}}\n", {"--prune"}), 7,
              "projects/p cannot be removed: views/v needs it");
  check_ended(desk.plan("manager: mine\nbusiness_hours: {b: {name: B}}\nprojects: {p: {name: P}}\n"
                        "permissions: {x.z: {}}\n",
                        {"--prune"}),
              7, "permissions/x.y cannot be removed: it is held by roles/r");
  check_ended(desk.plan("manager: mine\nbusiness_hours: {b: {name: B}}\nprojects: {p: {name: P}}\n"
                        "permissions: {x.y: {}}\n",
                        {"--prune"}),
              7, "permissions/x.z cannot be removed: it is held by users/ana@acme.example");
}

TEST_CASE("what people changed by hand stays where the file does not speak of it") {
  const TenantFixture desk;
  desk.applied(manager("gitops", two));
  desk.by_hand("update app.roles set description = 'by hand' where key in ('a', 'admin')");
  desk.by_hand("update app.statuses set name = 'Fresh' where key = 'new'");
  const std::string hand = desk.in("select string_agg(t::text, '' order by key) from app.statuses t");
  desk.applied(manager("gitops", "roles:\n  a: {name: Ah}\n"));
  CHECK(desk.in("select string_agg(description, ' ') from app.roles where key in ('a', 'admin')") == "by hand by hand");
  CHECK(desk.in("select string_agg(t::text, '' order by key) from app.statuses t") == hand);
  // Where it does speak, the plan shows the hand edit before it is overwritten.
  desk.by_hand("update app.roles set name = 'Ha' where key = 'a'");
  const auto plan = desk.planned(manager("gitops", "roles:\n  a: {name: Ah}\n"));
  CHECK(plan["groups"][0]["changes"][0]["fields"]["name"].dump() == R"({"before":"Ha","after":"Ah"})");
}

// The rules of definitions, as apply keeps them: omitted is untouched, present is owned.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string base = R"(
roles:
  helper:
    name: Helper
    description: Helps.
    permissions: [tickets.create, tickets.view: group, reports.view: group]
teams:
  tier-1: {name: Tier 1, capacity: 5, members: [ana@acme.example, ben@acme.example]}
users:
  ben@acme.example: {name: Ben, roles: [helper]}
)";

// YAML takes a single pair in a flow sequence as a mapping of its own.
std::string with(const std::string& permissions) { return "roles:\n  helper:\n    permissions: " + permissions + "\n"; }

}  // namespace

TEST_CASE("what definitions omit is untouched: kinds, objects, fields and lists") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied("roles:\n  helper: {name: Helpers}\n");
  CHECK(desk.in("select name || '|' || description from app.roles where key = 'helper'") == "Helpers|Helps.");
  CHECK(desk.permissions_of("helper") == "reports.view:group tickets.create tickets.view:group");
  CHECK(desk.members_of("tier-1") == "ana ben");
  desk.applied("teams:\n  tier-1: {name: First}\n");
  CHECK(desk.in("select name || '|' || capacity from app.teams where key = 'tier-1'") == "First|5");
  CHECK(desk.members_of("tier-1") == "ana ben");
}

TEST_CASE("a field that is declared empty goes back to its default, or to nothing") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied("teams:\n  tier-1: {notify: false}\n");
  CHECK(desk.in("select notify from app.teams where key = 'tier-1'") == "f");
  desk.applied("teams:\n  tier-1: {notify: null, capacity: null}\nroles:\n  helper: {description: null}\n");
  CHECK(desk.in("select notify::text || (capacity is null)::text from app.teams where key = 'tier-1'") == "truetrue");
  CHECK(desk.in("select description is null from app.roles where key = 'helper'") == "t");
}

TEST_CASE("a list that is present is the whole truth, and an empty one is a removal") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied(with("[tickets.view: global, contacts.view]"));
  CHECK(desk.permissions_of("helper") == "contacts.view tickets.view:global");
  desk.applied(with("[]") + "teams:\n  tier-1: {members: [ben@acme.example]}\n");
  CHECK(desk.permissions_of("helper") == "");
  CHECK(desk.members_of("tier-1") == "ben");
  desk.applied("teams:\n  tier-1: {members: []}\nusers:\n  ben@acme.example: {roles: []}\n");
  CHECK(desk.members_of("tier-1") == "");
  CHECK(
      desk.in("select count(*) from app.user_roles x join app.users u on u.id = x.user_id where u.email like 'ben%'") ==
      "0");
}

TEST_CASE("+ and - add to a list and take from it") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied(with("[+contacts.view, -tickets.create, \"+tickets.view\": global]"));
  CHECK(desk.permissions_of("helper") == "contacts.view reports.view:group tickets.view:global");
  desk.applied("teams:\n  tier-1: {members: [-ana@acme.example]}\n");
  CHECK(desk.members_of("tier-1") == "ben");
  // By hand or by file: what the relative list does not name stays.
  desk.by_hand(
      "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, "
      "app.permissions p where r.key = 'helper' and p.key = 'items.view'");
  desk.applied(with("[+contacts.view, -tickets.create]"));
  CHECK(contains(desk.permissions_of("helper"), "items.view"));
}

TEST_CASE("a clone starts as a copy of its source, declared or live, and what follows adds to it") {
  const TenantFixture desk;
  desk.applied(base + R"(
  cleo@acme.example: {}
)");
  desk.applied(R"(
roles:
  helper-2:
    clone: helper
    name: Second helper
    permissions: [+items.view, -tickets.create]
  boss: {clone: admin, name: Boss}
)");
  CHECK(desk.in("select name || '|' || description from app.roles where key = 'helper-2'") == "Second helper|Helps.");
  CHECK(desk.permissions_of("helper-2") == "items.view reports.view:group tickets.view:group");
  CHECK(desk.permissions_of("boss") == "*");
  CHECK(desk.in("select system from app.roles where key = 'boss'") == "f");
  CHECK(desk.permissions_of("helper") == "reports.view:group tickets.create tickets.view:group");
  CHECK(desk.planned("roles:\n  helper: {name: H}\n")["summary"]["change"] == 1);
}

TEST_CASE("a copy is an object of its own once it is there, whatever becomes of its source") {
  const TenantFixture desk;
  const std::string copies =
      "roles:\n  plain: {clone: support-agent, name: Plain}\n"
      "  more: {clone: support-agent, name: More, permissions: [+reports.view]}\n";
  desk.applied(copies);
  desk.by_hand(
      "delete from app.role_permissions x using app.roles r, app.permissions p where r.id = x.role_id and "
      "p.id = x.permission_id and p.key = 'tickets.view' and r.key <> 'team-lead'");
  CHECK(desk.planned(copies)["groups"].empty());
  desk.by_hand("update app.roles set key = 'agent' where key = 'support-agent'");
  CHECK(desk.planned(copies)["groups"].empty());
  check_ended(desk({"drift"}), 0);
}

TEST_CASE("a level is one that the tenant's permission knows, now and after the files are applied") {
  const TenantFixture desk;
  desk.applied(
      "permissions: {x.a: {category: X, levels: [global, group]}, x.b: {category: X}}\n"
      "roles: {r: {name: R, permissions: [x.a: group]}}\n");
  const std::string unknown =
      "roles: {s: {name: S, permissions: [x.b: group, x.a: restricted]}, t: {name: T, clone: s}}\n";
  const std::string file = desk.file(unknown);
  CHECK(desk.plan(unknown).err == "acctl: the definitions do not fit the tenant\n" + file +
                                      ":2:36: 'x.b' cannot be held at level 'group'; it has no levels\n" + file +
                                      ":2:48: 'x.a' cannot be held at level 'restricted'; its levels: global, group\n");
  CHECK(desk.plan("permissions: {x.a: {levels: [global]}}\n").err ==
        "acctl: the definitions do not fit the tenant\n" + file +
            ":2:15: roles/r holds permissions/x.a at level 'group'\n");
}

TEST_CASE("what definitions name has to be in them or in the tenant, and all that is not is told with its place") {
  const TenantFixture desk;
  const std::string bad = R"(roles:
  lead:
    name: Lead
    clone: suport-agent
    permissions: [+reports.veiw]
  admin: {clone: nobody}  # which it was not
  nameless: {permissions: []}
users:
  ada@acme.example: {role_template: nosuch, roles: [leed]}
)";
  const std::string file = desk.file(bad);
  const std::vector<std::string> problems = {
      ":5:12: there is no 'suport-agent' among roles; did you mean 'support-agent'?",
      ":6:19: there is no 'reports.veiw' among permissions; did you mean 'reports.view'?",
      ":8:3: roles/nameless does not exist yet and needs 'name'", ":10:37: there is no 'nosuch' among role_templates",
      ":10:53: there is no 'leed' among roles; did you mean 'lead'?"};
  std::string told = "acctl: the definitions do not fit the tenant\n";
  for (const std::string& problem : problems) told += file + problem + "\n";
  const Result refused = desk.apply(bad);
  CHECK(refused.status == 3);
  CHECK(refused.err == told);
  CHECK(desk.in("select count(*) from app.roles where key in ('lead', 'nameless')") == "0");
  CHECK(contains(desk.plan(bad, {"-o", "github"}).out,
                 "::error file=" + file + ",line=10,col=37,title=acme::there is no 'nosuch' among role_templates\n"));
  CHECK(desk.in("select count(*) from acctl.runs where command = 'apply'") == "0");
}

TEST_CASE("what is taken away or protected exists, but for people, who may have left") {
  const TenantFixture desk;
  const std::string text =
      "roles:\n  support-agent: {permissions: [-reports.veiw, -reports.view]}\n"
      "users: {ana@acme.example: {roles: [-leed]}}\nteams: {t: {name: T, members: [-gone@acme.example]}}\n"
      "guards: {protect: [roles/admin, roles/*, teams/t, teams/tt, users/ana@acme.example, users/al@acme.example]}\n";
  const std::string file = desk.file(text);
  CHECK(desk.apply(text).err ==
        "acctl: the definitions do not fit the tenant\n" + file +
            ":3:33: there is no 'reports.veiw' among permissions; did you mean 'reports.view'?\n" + file +
            ":4:36: there is no 'leed' among roles\n" + file +
            ":6:51: there is no 'tt' among teams; did you mean 't'?\n");
  check_ended(desk.apply("teams: {t: {name: T, members: [-gone@acme.example]}}\n"), 0);
}

TEST_CASE("fields that depend on each other are checked together with what the tenant has") {
  const TenantFixture desk;
  desk.applied(
      "custom_fields: {size: {name: Size, type: number}, shape: {name: Shape, type: dropdown, options: {choices: "
      "[a]}}}\n"
      "sla_policies: {fast: {name: Fast, resolution_minutes: 5}}\nforms: {f: {name: F, fields: [{field: subject}]}}\n");
  const std::string text =
      "custom_fields:\n  size: {type: dropdown}\n  shape:\n    options: {}\n  total: {name: T, type: formula}\n"
      "sla_policies: {fast: {resolution_minutes: null}}\nforms: {f: {creates: item}}\n"
      "statuses: {fresh: {name: Fresh, applies_to: ticket, category: open, default: true}}\n"
      "priorities: {low: {default: true}}\n";
  const std::string file = desk.file(text);
  const std::string current = desk.in("select key from app.statuses where is_default and applies_to = 'ticket'");
  const std::string priority = desk.in("select key from app.priorities where is_default");
  const Result refused = desk.plan(text);
  CHECK(refused.status == 3);
  CHECK(refused.err == "acctl: the definitions do not fit the tenant\n" + file +
                           ":3:3: custom_fields/size needs a list of choices in its options\n" + file +
                           ":5:14: custom_fields/shape needs a list of choices in its options\n" + file +
                           ":6:3: custom_fields/total needs a formula, a text, in its options\n" + file +
                           ":7:43: sla_policies/fast needs first_response_minutes or resolution_minutes\n" + file +
                           ":8:9: forms/f creates items and needs a project\n" + file + ":9:78: statuses/" + current +
                           " is the default of tickets already; set `default: false` on it\n" + file +
                           ":10:29: priorities/" + priority +
                           " is the default of tickets already; set `default: false` on it\n");
  check_ended(desk.plan("statuses: {" + current + ": {default: false}}\n"), 3,
              "statuses/" + current + " is the default of tickets; set `default: true` on another one");
  check_ended(desk.plan("business_hours: {b: {name: B, time_zone: Nowhere/X}}\n"), 3,
              ":2:18: business_hours/b: time zone \"Nowhere/X\" not recognized");
  desk.applied("statuses:\n  fresh: {name: Fresh, applies_to: ticket, category: open, default: true}\n  " + current +
               ": {default: false}\n");
  CHECK(desk.in("select key from app.statuses where is_default and applies_to = 'ticket'") == "fresh");
}

TEST_CASE("previously renames an object and keeps its identity, its assignments and its history") {
  const TenantFixture desk;
  const std::string run = desk.applied(base);
  const std::string facts =
      "select r.id || '|' || x.user_id || '|' || x.created_at || '|' || r.created_at from app.roles r join "
      "app.user_roles x on x.role_id = r.id where r.key = ";
  const std::string before = desk.in(facts + "'helper'");
  REQUIRE(!before.empty());
  const std::string renamed = "roles:\n  assistant: {name: Assistant, previously: [aide, helper]}\n";
  const auto plan = desk.planned(renamed);
  CHECK(changes_of(plan) == "change roles/assistant");
  CHECK(plan["groups"][0]["effects"].empty());
  desk.applied(renamed);
  CHECK(desk.in(facts + "'assistant'") == before);
  CHECK(desk.in("select count(*) from app.roles where key = 'helper'") == "0");
  CHECK(desk.permissions_of("assistant") == "reports.view:group tickets.create tickets.view:group");
  // Once renamed, the same file asks for nothing.
  CHECK(changes_of(desk.planned(renamed)) == "");
  CHECK(desk.in("select fields -> 'key' ->> 'before' from acctl.changes where kind = 'roles' and key = 'assistant'") ==
        "helper");
  // Also of a user, whose roles and teams follow.
  desk.applied("users:\n  benno@acme.example: {previously: [ben@acme.example]}\n");
  CHECK(desk.members_of("tier-1") == "ana benno");
  CHECK(desk.in("select count(*) from app.user_roles x join app.users u on u.id = x.user_id where u.email like "
                "'benno%'") == "1");
}

TEST_CASE("an object can be renamed and lose and gain members in one run, and that be undone") {
  const TenantFixture desk;
  desk.applied(base + "role_templates:\n  old: {name: Old}\n");
  const std::string run = desk.applied(R"(
roles:
  assistant: {previously: [helper], permissions: [tickets.view: global, items.view]}
role_templates:
  new: {previously: [old]}
teams:
  first: {previously: [tier-1], members: [benno@acme.example]}
users:
  benno@acme.example: {previously: [ben@acme.example], roles: [support-agent], role_template: new}
)");
  CHECK(desk.permissions_of("assistant") == "items.view tickets.view:global");
  CHECK(desk.members_of("first") == "benno");
  check_ended(desk({"undo", run, "--yes"}), 0);
  CHECK(desk.permissions_of("helper") == "reports.view:group tickets.create tickets.view:group");
  CHECK(desk.members_of("tier-1") == "ana ben");
  CHECK(desk.in("select count(*) from app.users where role_template_id is not null") == "0");
  const std::string holder = "users:\n  ben@acme.example: {role_template: ";
  desk.applied(holder + "old}\n");
  const std::string both =
      desk.applied("role_templates:\n  new: {previously: [old]}\n  other: {name: O}\n" + holder + "other}\n");
  check_ended(desk({"undo", both, "--yes"}), 0);
  CHECK(desk.in("select t.key from app.users u join app.role_templates t on t.id = u.role_template_id") == "old");
}

TEST_CASE("a rename onto an object that exists is a conflict, not a merger") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string before = desk.configuration();
  check_ended(desk.apply("roles:\n  support-agent: {previously: [helper]}\n"), 7, "both exist");
  CHECK(difference(before, desk.configuration()) == "");
}

TEST_CASE("a rename that is done is a memory, also when another object takes the old name") {
  const TenantFixture desk;
  desk.applied("roles: {n1: {name: One}}\n");
  const std::string text = "roles: {n2: {name: One, previously: [n1]}}\n";
  desk.applied(text);
  desk.in("insert into app.roles (key, name) values ('n1', 'Other')");
  CHECK(desk.planned(text)["groups"].empty());
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.by_hand("update app.roles set name = 'Hand' where key = 'n2'");
  CHECK(changes_of(desk({"drift", "-o", "json"}).json()) == "change roles/n2");
}

TEST_CASE("option --only applies the named kinds and nothing else") {
  const TenantFixture desk;
  const auto plan = desk.planned(base, {"--only", "roles"});
  CHECK(changes_of(plan) ==
        "add roles/helper, add role_permissions/helper/reports.view, add role_permissions/helper/tickets.create, add "
        "role_permissions/helper/tickets.view");
  desk.applied(base, {"--only", "roles"});
  CHECK(desk.in("select count(*) from app.teams") == "0");
  // The part was not the whole: the rest is still asked for.
  CHECK(desk.planned(base)["summary"]["add"] == 5);
  check_ended(desk.apply(base, {"--only", "rols"}), 3, "did you mean 'roles'?");
}

TEST_CASE("users are found in any spelling of their address") {
  const TenantFixture desk;
  desk.applied(base);
  const auto plan = desk.planned("teams:\n  tier-1: {members: [ANA@acme.example, Ben@Acme.Example]}\n");
  CHECK(changes_of(plan) == "");
}

TEST_CASE("every kind can be applied, read back and planned again without a difference") {
  const TenantFixture desk;
  const std::string all = R"(
role_templates:
  manager: {name: Manager, permissions: [reports.export]}
users:
  ben@acme.example: {name: Ben, role_template: manager, crm_access: true, session_hours: 8, permissions: [items.view]}
statuses:
  parked: {name: Parked, applies_to: ticket, category: pending, colour: "#123456", position: 99}
priorities:
  later: {name: Later, level: 9, position: 99}
kb_categories:
  basics: {name: Basics}
views:
  mine: {name: Mine, type: list, project: sample-project, position: 99}
settings:
  locale: de
  session.hours: 8
)";
  desk.applied(all);
  CHECK(desk.planned(all, {"--verify"})["groups"].empty());
  desk.by_hand("update app.kb_categories set position = 7 where key = 'basics'");
  CHECK(desk.planned(all)["groups"].empty());
  CHECK(desk.in("select value #>> '{}' from app.settings where key = 'locale'") == "de");
  check_ended(desk.apply("views:\n  extra: {name: Extra, type: list, project: nothing}\n"), 3, "there is no 'nothing'");
}

TEST_CASE("what automations name exists, is renamed with them, and is not removed") {
  const TenantFixture desk;
  const std::string statuses =
      "statuses:\n  later: {name: Later, applies_to: ticket, category: pending}\n"
      "  never: {name: Never, applies_to: ticket, category: done}\n";
  const std::string automation =
      "automations:\n  a: {name: A, trigger: ticket.created, actions: [{set_status: latr}, {assign_team: night}]}\n";
  check_ended(desk.plan(statuses + automation), 3, "there is no 'latr' among statuses; did you mean 'later'?");
  check_ended(desk.apply(statuses + automation), 3, "there is no 'night' among teams");
  desk.applied(statuses);
  desk.in(
      "insert into app.automations (key, name, trigger_event, actions) values ('hand', 'Hand', 'ticket.created', "
      "'[{\"set_status\": \"later\"}]')");
  const std::string other = "teams: {t: {name: T}}\n";
  check_ended(desk.apply(other, {"--prune"}), 7, "statuses/later cannot be removed: automations/hand needs it");
  // Everything is named, and each that needs it once.
  desk.in(
      "update app.automations set actions = '[{\"set_status\": \"later\"}, {\"set_status\": \"later\"}, "
      "{\"set_status\": \"never\"}]' where key = 'hand'");
  check_ended(desk.apply(other, {"--prune"}), 7,
              "statuses/later cannot be removed: automations/hand needs it; statuses/never cannot be removed: "
              "automations/hand needs it");
  desk.in("update app.automations set actions = '[{\"set_status\": \"later\"}]' where key = 'hand'");
  desk.applied("statuses: {soon: {previously: [later]}}\n");
  CHECK(desk.in("select actions from app.automations where key = 'hand'") == "[{\"set_status\": \"soon\"}]");
  desk.in("delete from app.automations where key = 'hand'");
  check_ended(desk.apply(other, {"--prune"}), 0);
  CHECK(desk.in("select count(*) from app.statuses where key in ('soon', 'later', 'never')") == "0");
}

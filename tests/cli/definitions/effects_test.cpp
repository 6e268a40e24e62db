// Who gains and loses what: part of every plan, and what access tests and --fail-on-gain decide on.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::effects_of;
using acctl::test::TenantFixture;

namespace {

const std::string base = R"(
roles:
  viewer: {name: Viewer, permissions: [tickets.view: group]}
  editor: {name: Editor, permissions: [tickets.view: group, tickets.edit: group]}
role_templates:
  manager: {name: Manager, permissions: [reports.view: group]}
users:
  ben@acme.example: {name: Ben, roles: [viewer]}
  cleo@acme.example: {name: Cleo, roles: [viewer, editor], role_template: manager}
)";

std::string role(const std::string& key, const std::string& permissions) {
  return "roles:\n  " + key + ":\n    permissions: " + permissions + "\n";
}

}  // namespace

TEST_CASE("a plan says who gains and loses which permission, and through what") {
  const TenantFixture desk;
  desk.applied(base);
  const auto effects = [&](const std::string& text) { return effects_of(desk.planned(text)); };
  CHECK(effects(role("viewer", "[tickets.view: group, items.view]")) ==
        "ben@acme.example +items.view (role:viewer)\ncleo@acme.example +items.view (role:viewer)\n");
  // Cleo still has it by another way.
  CHECK(effects(role("viewer", "[]")) == "ben@acme.example -tickets.view:group (role:viewer)\n");
  CHECK(effects("role_templates:\n  manager:\n    permissions: [reports.export]\n") ==
        "cleo@acme.example +reports.export -reports.view:group (template:manager)\n");
  CHECK(effects("users:\n  ben@acme.example: {permissions: [tickets.delete]}\n") ==
        "ben@acme.example +tickets.delete (direct)\n");
  CHECK(effects("users:\n  ben@acme.example: {roles: []}\n") == "ben@acme.example -tickets.view:group (role:viewer)\n");
  // Of people whom the files name, and of others who hold the role.
  CHECK(effects(role("viewer", "[tickets.view: group, items.view]") +
                "users:\n  ben@acme.example: {permissions: [tickets.delete]}\n") ==
        "ben@acme.example +tickets.delete (direct)\nben@acme.example +items.view (role:viewer)\n"
        "cleo@acme.example +items.view (role:viewer)\n");
  // Nobody's access depends on these.
  CHECK(effects("roles:\n  viewer: {name: Reader}\n") == "");
  CHECK(effects("teams:\n  t: {name: T, members: [ben@acme.example]}\n") == "");
}

TEST_CASE("whom the application has invited gains like whom acctl has") {
  const TenantFixture desk;
  desk.applied(base);
  // As the application writes it: the address as it was typed, and a role for a time beside one without an end.
  desk.by_hand(
      "with dora as (insert into app.users (email) values ('Dora@ACME.example') returning id), invited as (insert into "
      "app.invitations (user_id, email, token_hash, nonce, expires_at) select id, 'Dora@ACME.example', sha256('d'), "
      "'0123456789abcdef', now() + interval '1 day' from dora) insert into app.user_roles (user_id, role_id, expires_at) "
      "select d.id, r.id, case r.key when 'editor' then now() + interval '1 day' end from dora d, app.roles r where r.key "
      "in ('viewer', 'editor')");
  const std::string wider = role("viewer", "[tickets.view: group, items.view]");
  CHECK(effects_of(desk.planned(wider)) ==
        "ben@acme.example +items.view (role:viewer)\ncleo@acme.example +items.view (role:viewer)\n"
        "dora@acme.example +items.view (role:viewer)\n");
  check_ended(desk.plan(wider, {"--fail-on-gain", "items.view"}), 5, "dora@acme.example would gain items.view");
  const std::string editor = role("editor", "[tickets.view: group, tickets.edit: group, items.edit]");
  check_ended(desk.apply(editor, {"--fail-on-gain", "items.*"}), 5, "dora@acme.example would gain items.edit");
  // Its link has expired: it can be sent again, and the role is held all the same.
  desk.in(
      "update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where "
      "email = 'Dora@ACME.example'");
  check_ended(desk.plan(wider, {"--fail-on-gain", "items.view"}), 5, "dora@acme.example would gain items.view");
}

TEST_CASE("a wider level is a gain, a narrower one a loss") {
  const TenantFixture desk;
  desk.applied(base);
  const auto effects = [&](const std::string& text) { return effects_of(desk.planned(text)); };
  const std::string wider = effects(role("viewer", "[tickets.view: global]"));
  CHECK(contains(wider, "ben@acme.example +tickets.view:global"));
  CHECK(contains(wider, "cleo@acme.example +tickets.view:global"));
  CHECK(effects(role("viewer", "[tickets.view]")) == wider);
  const std::string narrower = effects(role("viewer", "[tickets.view: restricted]"));
  CHECK(contains(narrower, "-tickets.view:group"));
  // Cleo keeps the group level by the other role.
  CHECK_FALSE(contains(narrower, "cleo"));
  check_ended(desk.plan(role("viewer", "[tickets.view: global]"), {"--fail-on-gain", "tickets.view"}), 5,
              "tickets.view");
}

TEST_CASE("a permission that gets a wider level raises whoever holds it without one, and a narrower one lowers them") {
  const TenantFixture desk;
  desk.applied(
      "permissions: {x.y: {category: X, levels: [restricted]}}\n"
      "roles: {viewer: {name: Viewer, permissions: [x.y]}, narrow: {name: Narrow, permissions: [x.y: restricted]}}\n"
      "users: {ben@acme.example: {roles: [viewer]}, di@acme.example: {permissions: [x.y]},\n"
      "  eva@acme.example: {roles: [narrow]}}\n");
  const std::string wider = "permissions: {x.y: {levels: [global, restricted]}}\n";
  CHECK(effects_of(desk.planned(wider)) ==
        "ben@acme.example +x.y:global (role:viewer)\ndi@acme.example +x.y:global (direct)\n");
  check_ended(desk.plan(wider, {"--fail-on-gain", "x.*"}), 5, "ben@acme.example would gain x.y:global");
  check_ended(desk.apply(wider, {"--fail-on-gain", "x.y"}), 5, "di@acme.example would gain x.y:global");
  desk.applied(wider);
  CHECK(effects_of(desk.planned("permissions: {x.y: {levels: [restricted]}}\n")) ==
        "ben@acme.example -x.y:global (role:viewer)\ndi@acme.example -x.y:global (direct)\n");
}

TEST_CASE("what was held for a time and is held for longer is a gain", "[rule rights]") {
  const TenantFixture desk;
  desk.applied(base);
  check_ended(desk({"role", "grant", "admin", "ben@acme.example", "--until", "2h"}), 0);
  check_ended(desk({"role", "grant", "viewer", "cleo@acme.example", "--until", "2h"}), 0);
  const auto effects = [&](const std::string& email, const std::string& role) {
    return effects_of(desk.planned("users: {" + email + ": {roles: [" + role + "]}}\n"));
  };
  const std::string longer = "ben@acme.example +* (role:admin (for longer))\n";
  CHECK(effects("ben@acme.example", "+admin") == longer);
  CHECK(effects("ben@acme.example", "+admin: {until: 2099-01-01T00:00:00Z}") == longer);
  // An earlier end is none, nor is what another role gives without an end.
  const std::string soon =
      desk.in("select to_char((now() + interval '1 hour') at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
  CHECK(effects("ben@acme.example", "+admin: {until: " + soon + "}") == "");
  CHECK(effects("cleo@acme.example", "+viewer") == "");
  for (const char* pattern : {"*", "tickets.delete"}) {
    check_ended(desk.plan("users: {ben@acme.example: {roles: [+admin]}}\n", {"--fail-on-gain", pattern}), 5,
                "ben@acme.example would gain * through role:admin (for longer)");
    check_ended(desk({"role", "grant", "admin", "ben@acme.example", "--fail-on-gain", pattern}), 5, "would gain *");
  }
  // What a role gives for longer than another one gives the same.
  check_ended(desk({"role", "grant", "editor", "ben@acme.example", "--until", "1h"}), 0);
  CHECK(effects("ben@acme.example", "+editor") == "ben@acme.example +tickets.edit:group (role:editor (for longer))\n");
}

TEST_CASE("admins hold everything, so that a permission more changes nothing for them") {
  const TenantFixture desk;
  desk.applied(base);
  desk.applied("users:\n  ana@acme.example: {roles: [admin, viewer]}\n");
  CHECK_FALSE(contains(effects_of(desk.planned(role("viewer", "[tickets.view: group, tickets.delete]"))), "ana@"));
  CHECK(effects_of(desk.planned("users:\n  ben@acme.example: {roles: [admin]}\n")).starts_with("ben@acme.example +*"));
  const std::string loses = effects_of(desk.planned("users:\n  ana@acme.example: {roles: [viewer]}\n"));
  CHECK(contains(loses, "ana@acme.example"));
  CHECK(contains(loses, "-*"));
}

TEST_CASE("a suspended user gains and loses nothing") {
  const TenantFixture desk;
  desk.applied(base);
  desk.by_hand("update app.users set status = 'suspended' where email = 'ben@acme.example'");
  const std::string effects = effects_of(desk.planned(role("viewer", "[tickets.delete]")));
  CHECK_FALSE(contains(effects, "ben@"));
  CHECK(contains(effects, "cleo@acme.example +tickets.delete"));
}

TEST_CASE("whoever holds a permission that is renamed loses the one and gains the other, whatever way they hold it") {
  const TenantFixture desk;
  desk.applied(
      "users: {ag@acme.example: {roles: [support-agent]}, di@acme.example: {permissions: [tickets.view]},\n"
      "  te@acme.example: {role_template: t}}\nrole_templates: {t: {name: T, permissions: [tickets.view]}}\n");
  const std::string text = "permissions: {settings.super: {previously: [tickets.view]}}\n";
  std::string told;
  const auto plan = desk.planned(text);
  for (const auto& effect : plan["groups"][0]["effects"]) {
    told += effect["user"].get<std::string>() + effect["gains"].dump() + effect["loses"].dump() +
            effect["via"].get<std::string>() + "\n";
  }
  INFO(told);
  CHECK(contains(told, R"(ag@acme.example["settings.super:global"]["tickets.view:global"]role:support-agent)"));
  CHECK(contains(told, "di@acme.example"));
  CHECK(contains(told, "te@acme.example"));
  check_ended(desk.apply(text, {"--fail-on-gain", "settings.*"}), 5, "would gain settings.super");
  // A role by another name gives the same.
  CHECK(desk.planned("roles: {agent: {previously: [support-agent]}}\n")["groups"][0]["effects"].empty());
}

TEST_CASE("who has another address gains and loses nothing") {
  const TenantFixture desk;
  desk.applied(
      "roles: {a: {name: A, permissions: [tickets.view]}}\nusers: {ben@acme.example: {name: Ben, roles: [a]}}\n");
  const std::string renamed = "users: {benjamin@acme.example: {previously: [ben@acme.example]}}\n";
  CHECK(effects_of(desk.planned(renamed)).empty());
  check_ended(desk.apply(renamed, {"--fail-on-gain", "tickets.*"}), 0);
  CHECK(effects_of(desk.planned("users: {ben@acme.example: {previously: [benjamin@acme.example], roles: []}}\n")) ==
        "ben@acme.example -tickets.view:global (role:a)\n");
}

TEST_CASE("option --fail-on-gain takes permissions and patterns, and nothing else") {
  const TenantFixture desk;
  check_ended(desk.plan("roles: {}\n", {"--fail-on-gain", "tickets"}), 3,
              "'tickets' is not a valid permission or pattern");
}

TEST_CASE("a list that names nothing is no limit that is left out") {
  const TenantFixture desk;
  for (const std::string option : {"--fail-on-gain", "--only"}) {
    for (const std::string nothing : {"", ","}) {
      check_ended(desk.plan("teams: {t: {name: T}}\n", {option, nothing}), 3, "empty");
    }
  }
}

TEST_CASE("option --fail-on-gain refuses exact permissions, patterns, and everything through *") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string before = desk.configuration();
  const std::string more = role("viewer", "[tickets.view: group, settings.edit]");
  check_ended(desk.apply(more, {"--fail-on-gain", "settings.edit"}), 5, "settings.edit");
  check_ended(desk.apply(more, {"--fail-on-gain", "settings.*"}), 5, "settings.edit");
  check_ended(desk.apply(more, {"--fail-on-gain", "users.*,settings.*"}), 5, "settings.edit");
  check_ended(desk.apply(more, {"--fail-on-gain", "*"}), 5, "settings.edit");
  const std::string admin = "users:\n  ben@acme.example: {roles: [admin]}\n";
  check_ended(desk.apply(admin, {"--fail-on-gain", "settings.edit"}), 5, "ben@acme.example");
  check_ended(desk.apply(admin, {"--fail-on-gain", "billing.*"}), 5, "ben@acme.example");
  CHECK(difference(before, desk.configuration()) == "");
  check_ended(desk.plan(more, {"--fail-on-gain", "users.*"}), 0);
  CHECK(desk.apply(more, {"--fail-on-gain", "users.*"}).status == 0);
  // What they hold already is no gain.
  CHECK(desk.apply(role("viewer", "[tickets.view: group, settings.edit, items.view]"), {"--fail-on-gain", "settings.*"})
            .status == 0);
}

TEST_CASE("access tests are held against what applying would lead to: a failing one refuses, with nothing written") {
  const TenantFixture desk;
  desk.applied(base);
  const std::string before = desk.configuration();
  const std::string tests = R"(
tests:
  - user: ben@acme.example
    can: [tickets.edit]
    cannot: [settings.*]
  - role: viewer
    cannot: [tickets.view: global]
)";
  check_ended(desk.apply(role("viewer", "[tickets.view: group]") + tests), 8, "tickets.edit");
  check_ended(desk.plan(role("viewer", "[tickets.view: group]") + tests), 8,
              "definitions.yaml:7:5: ben@acme.example cannot tickets.edit");
  const auto refused = desk.plan(role("viewer", "[tickets.view: group]") + tests, {"-o", "json"});
  const auto error = nlohmann::json::parse(refused.err)["error"];
  CHECK(error["message"] == "1 expectation of the tests would fail");
  CHECK(error["diagnostics"][0]["line"] == 7);
  CHECK(error["diagnostics"][0]["column"] == 5);
  check_ended(desk.apply(role("viewer", "[tickets.view: global, tickets.edit]") + tests), 8, "global");
  check_ended(desk.apply(role("viewer", "[tickets.view: group, tickets.edit, settings.edit]") + tests), 8,
              "settings.edit");
  CHECK(difference(before, desk.configuration()) == "");
  CHECK(desk.in("select string_agg(distinct outcome, ' ') from acctl.runs where id > 1") == "refused");
  const std::string messages =
      desk.in("select string_agg(message, chr(10) order by id) from acctl.runs where outcome = 'refused'");
  INFO(messages);
  CHECK(contains(messages, "ben@acme.example cannot tickets.edit"));
  check_ended(desk.apply(role("viewer", "[tickets.view: group, tickets.edit]") + tests), 0);
}

TEST_CASE("a tenant that is refused is one case in JUnit, with its plan") {
  const TenantFixture desk;
  const std::string junit =
      desk.plan("roles: {a: {name: A}}\ntests: [{role: a, can: [tickets.view]}]\n", {"-o", "junit"}).out;
  CHECK(contains(junit, "tests=\"1\" failures=\"1\""));
  CHECK(junit.find("<testcase") == junit.rfind("<testcase"));
  CHECK(contains(junit, "<system-out>add roles/a"));
}

TEST_CASE("acctl test checks the live state, or the files alone") {
  const TenantFixture desk;
  desk.applied(base);
  const auto tested = [&](const std::string& text, std::vector<std::string> more) {
    more.insert(more.begin(), {"test", "-f", desk.file(text)});
    return desk(more);
  };
  const std::string passes = "tests:\n  - user: cleo@acme.example\n    can: [tickets.edit: group, reports.view]\n";
  check_ended(tested(passes, {}), 0, "1 test passed");
  const std::string fails =
      "tests:\n  - user: ben@acme.example\n    can: [tickets.edit]\n  - role: admin\n    can: ['*']\n";
  check_ended(tested(fails, {}), 8, "1 of 2 tests failed");
  const auto report = tested(fails, {"-o", "json"}).json();
  CHECK(report[0]["passed"] == false);
  CHECK(report[1]["passed"] == true);
  CHECK(report[0]["test"] == "ben@acme.example");
  // The files alone have to bring along what they speak of.
  const std::string alone = "permissions:\n  x.y: {category: X}\nroles:\n  r: {name: R, permissions: [x.y]}\n";
  CHECK(tested(alone + "tests:\n  - role: r\n    can: [x.y]\n", {"--offline"}).status == 0);
  check_ended(tested(alone + "tests:\n  - role: r\n    cannot: [x.*]\n", {"--offline"}), 8, "1 of 1 tests failed");
  check_ended(tested(base + passes, {"--offline"}), 3, "there is no 'tickets.view'");
  check_ended(tested(base + passes, {"--offline", "--pack", "helpdesk"}), 0, "1 test passed");
  check_ended(tested(passes, {"--pack", "helpdesk"}), 3, "--pack needs --offline");
  check_ended(tested("tests: [{role: admin}]\n", {}), 3, "a test lists what its subject can or cannot do");
  const std::string file = desk.file(fails);
  CHECK(tested(fails, {"-o", "github"}).out ==
        "::error file=" + file +
            ",line=3,col=5,title=acme%3A ben@acme.example::ben@acme.example cannot tickets.edit\n"
            "::notice title=acctl test::1 of 2 tests failed\n");
  const std::string junit = tested(fails, {"-o", "junit"}).out;
  CHECK(contains(junit, R"(<testsuite name="acctl test" tests="2" failures="1" skipped="0" errors="0">)"));
  CHECK(contains(junit, R"(<testcase classname="acctl.test" name="acme: roles/admin"/>)"));
  check_ended(tested(base, {}), 3, "contain no tests");
}

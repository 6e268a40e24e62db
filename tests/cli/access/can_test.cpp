// can, why and user permissions.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

// Bob is an agent who also has a template and a direct permission; Carla is suspended; Dan has nothing.
const std::string people =
    "role_templates:\n  extra: {name: Extra, permissions: [tickets.delete, tickets.view: restricted]}\n"
    "users:\n  bob@acme.example: {roles: [support-agent], role_template: extra, permissions: [tickets.export]}\n"
    "  carla@acme.example: {roles: [support-agent]}\n  dan@acme.example: {}\n";

std::string applied(const TenantFixture& desk) {
  const std::string run = desk.applied(people, {"--actor", "eve", "--reason", "new people"});
  desk.by_hand("update app.users set status = 'active' where email <> 'carla@acme.example'");
  desk.by_hand("update app.users set status = 'suspended' where email = 'carla@acme.example'");
  return run;
}

std::string told(const Result& result) { return std::to_string(result.status) + " " + result.out + result.err; }

}  // namespace

TEST_CASE("can answers with its exit code and with the level") {
  const TenantFixture desk;
  applied(desk);
  const auto can = [&](const std::string& who, const std::string& what) {
    return told(desk({"can", who + "@acme.example", what, "-o", "json"}));
  };
  const auto yes = [](const std::string& level) {
    return "0 {\n  \"allowed\": true,\n  \"level\": " + level + "\n}\n";
  };
  const auto no = [](const std::string& level) {
    return "1 {\n  \"allowed\": false,\n  \"level\": " + level + "\n}\n";
  };
  CHECK(can("bob", "tickets.view") == yes("\"global\""));
  CHECK(can("BOB", "tickets.view:restricted") == yes("\"global\""));
  CHECK(can("bob", "tickets.assign:group") == yes("\"group\""));
  CHECK(can("bob", "tickets.assign:global") == no("\"group\""));
  CHECK(can("bob", "tickets.delete") == yes("null"));
  CHECK(can("bob", "settings.edit") == no("null"));
  CHECK(can("bob", "crm.view") == no("null"));
  CHECK(can("bob", "*") == no("null"));
  CHECK(can("ana", "*") == yes("null"));
  CHECK(can("ana", "tickets.view:global") == yes("\"global\""));
  CHECK(can("ana", "crm.view") == yes("null"));
  CHECK(can("dan", "tickets.view") == no("null"));
  CHECK(can("carla", "tickets.view") == no("null"));
  CHECK(told(desk({"can", "carla@acme.example", "tickets.view"})) ==
        "1 allowed: no\ncarla@acme.example is suspended and cannot sign in\n");
  CHECK(told(desk({"can", "bob@acme.example", "tickets.view"})) == "0 allowed: yes\nlevel:   global\n");
}

TEST_CASE("can follows the time and the status of a user") {
  const TenantFixture desk;
  applied(desk);
  const auto can = [&](const std::string& what) { return desk({"can", "bob@acme.example", what}).status; };
  CHECK(can("tickets.view:group") == 0);
  desk.in(
      "update app.user_roles set expires_at = now() + interval '1 day' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(can("tickets.view:group") == 0);
  desk.in(
      "update app.user_roles set expires_at = now() - interval '1 day' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(can("tickets.view:group") == 1);
  CHECK(can("tickets.view:restricted") == 0);
  desk.in("update app.users set crm_access = true");
  CHECK(can("crm.view") == 1);
}

TEST_CASE("what does not exist is named with what was probably meant") {
  const TenantFixture desk;
  applied(desk);
  const auto fails = [&](const std::vector<std::string>& words, const std::string& message) {
    const Result result = desk(words);
    CHECK(result.status == 3);
    CHECK(result.out.empty());
    CHECK(result.err == "acctl: " + message + "\n");
  };
  for (const char* command : {"can", "why"}) {
    fails({command, "bop@acme.example", "tickets.view"},
          "there is no user 'bop@acme.example'; did you mean 'bob@acme.example'?");
    fails({command, "bob@acme.example", "tickets.veiw"},
          "there is no permission 'tickets.veiw'; did you mean 'tickets.view'?");
    fails({command, "bob@acme.example", "tickets.view:all"},
          "there is no level 'all'\nLevels: global, group, restricted.");
    fails({command, "bob@acme.example", "tickets.delete:group"},
          "permission tickets.delete has no levels\nAsk for tickets.delete alone.");
  }
  CHECK(desk({"can", "bob", "tickets.view"}).status == 3);
  CHECK(desk({"can", "bob@acme.example", "tickets"}).status == 3);
}

TEST_CASE("why tells each way, and which run made each edge on it") {
  const TenantFixture desk;
  const std::string run = applied(desk);
  const auto bob = desk.json({"why", "bob@acme.example", "tickets.view"});
  CHECK(keys_of(bob) == "email status permission asked_level allowed level ways why_not given_by");
  CHECK(bob["allowed"] == true);
  CHECK(bob["level"] == "global");
  CHECK(bob["why_not"].empty());
  const auto& ways = bob["ways"];
  REQUIRE(ways.size() == 2);
  CHECK(keys_of(ways[0]) == "via permission level until ended changes");
  CHECK(ways[0]["via"] == "role:support-agent");
  CHECK(ways[0]["level"] == "global");
  CHECK(ways[1]["via"] == "template:extra");
  CHECK(ways[1]["level"] == "restricted");
  std::string edges;
  for (const auto& way : ways) {
    for (const auto& step : way["changes"]) {
      CHECK(keys_of(step) == "what address since origin run at command actor reason commit");
      edges += step["address"].get<std::string>() + " " + step["origin"].get<std::string>() + "\n";
      if (step["origin"] != "run") continue;
      CHECK(step["run"] == run);
      CHECK(step["command"] == "apply");
      CHECK(step["actor"] == "eve");
      CHECK(step["reason"] == "new people");
      CHECK(step["commit"].is_null());
    }
  }
  CHECK(edges ==
        "user_roles/bob@acme.example/support-agent run\n"
        "role_permissions/support-agent/tickets.view seeded\n"
        "users/bob@acme.example run\n"
        "role_template_permissions/extra/tickets.view run\n");
  const Result story = desk({"why", "bob@acme.example", "tickets.export"});
  CHECK(story.status == 0);
  CHECK_THAT(story.out,
             Catch::Matches("bob@acme.example has tickets.export\n  via direct\n    permission granted: run " + run +
                            " \\(apply\\) by eve, 20.*Z, reason: new people\n"));
}

TEST_CASE("why names the newest run that made an edge, and what was made by hand") {
  const TenantFixture desk;
  applied(desk);
  const auto origin = [&](const std::string& permission) {
    return desk.json({"why", "bob@acme.example", permission})["ways"].at(0)["changes"].at(0);
  };
  const std::string again = desk.applied(
      "users:\n  bob@acme.example: {permissions: [tickets.export, {tickets.view: group}]}\n", {"--actor", "fay"});
  CHECK(origin("tickets.view")["run"] == again);
  const std::string wider = desk.applied(
      "users:\n  bob@acme.example: {permissions: [tickets.export, {tickets.view: global}]}\n", {"--actor", "gil"});
  CHECK(origin("tickets.view")["run"] == wider);
  CHECK(origin("tickets.view")["actor"] == "gil");
  desk.by_hand("delete from app.user_permissions");
  desk.by_hand(
      "insert into app.user_permissions (user_id, permission_id) select u.id, p.id from app.users u, app.permissions p "
      "where u.email = 'bob@acme.example' and p.key = 'tickets.export'");
  CHECK(origin("tickets.export")["origin"] == "outside acctl");
  CHECK(origin("tickets.export")["run"].is_null());
}

TEST_CASE("why finds the run also under the names that things had before") {
  const TenantFixture desk;
  const std::string run = desk.applied(
      "roles:\n  closer: {name: Closer, permissions: [tickets.delete]}\n"
      "users:\n  cy@acme.example: {roles: [closer]}\n");
  desk.applied("roles:\n  finisher: {name: Closer, previously: [closer]}\n");
  // The old name goes to another role, whose runs are not those of the first.
  desk.applied("roles:\n  closer: {name: Other, permissions: [tickets.delete]}\n");
  desk.applied(
      "roles:\n  ender: {name: Closer, previously: [finisher]}\n"
      "users:\n  cy@new.example: {previously: [cy@acme.example]}\n");
  const auto steps = desk.json({"why", "cy@new.example", "tickets.delete"})["ways"].at(0)["changes"];
  CHECK(steps.at(0)["address"] == "user_roles/cy@new.example/ender");
  CHECK(steps.at(0)["run"] == run);
  CHECK(steps.at(1)["address"] == "role_permissions/ender/tickets.delete");
  CHECK(steps.at(1)["run"] == run);
}

TEST_CASE("why says why not, and what would help") {
  const TenantFixture desk;
  applied(desk);
  const auto reasons = [&](const std::string& who, const std::string& what) {
    std::string all;
    const auto answer = desk.json({"why", who + "@acme.example", what});
    CHECK(answer["allowed"] == false);
    for (const auto& reason : answer["why_not"]) all += reason.get<std::string>() + "\n";
    return all;
  };
  CHECK(reasons("dan", "reports.view:global") ==
        "No role, role template or direct grant gives reports.view to dan@acme.example.\n"
        "reports.view:global is given by role:admin, role:team-lead.\n");
  CHECK(reasons("bob", "tickets.assign:global") ==
        "tickets.assign is held only at the narrower level group.\n"
        "tickets.assign:global is given by role:admin, role:team-lead.\n");
  CHECK(reasons("bob", "crm.view") ==
        "bob@acme.example has no CRM access; 'acctl user edit bob@acme.example --crm yes' enables it.\n");
  CHECK(
      reasons("carla", "tickets.view") ==
      "carla@acme.example is suspended and has no permissions; 'acctl user reactivate carla@acme.example' restores them.\n");
  CHECK(desk({"why", "dan@acme.example", "settings.edit"}).out ==
        "dan@acme.example does not have settings.edit\n"
        "  No role, role template or direct grant gives settings.edit to dan@acme.example.\n"
        "  settings.edit is given by role:admin.\n");
  desk.in(
      "update app.user_roles set expires_at = '2026-01-01 00:00:00+00' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(reasons("bob", "tickets.create")
            .starts_with("The grant of role:support-agent expired at 2026-01-01T00:00:00Z.\n"));
}

TEST_CASE("only who may see people is told what they may do") {
  const TenantFixture desk;
  applied(desk);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"can", "bob@acme.example", "tickets.view"},
                                                {"why", "bob@acme.example", "tickets.view"},
                                                {"role", "lint"},
                                                {"role", "matrix"}}) {
    std::vector<std::string> as_bob = words;
    as_bob.insert(as_bob.end(), {"--as", "bob@acme.example"});
    const Result refused = desk(as_bob);
    INFO(words.front());
    CHECK(refused.status == 5);
    CHECK(refused.out.empty());
    std::vector<std::string> as_ana = words;
    as_ana.insert(as_ana.end(), {"--as", "ana@acme.example"});
    CHECK(desk(as_ana).status == 0);
  }
}

TEST_CASE("can, why and user permissions take one active tenant") {
  const TenantFixture desk;
  applied(desk);
  desk.acctl.create("other");
  const auto fails = [&](int status, const std::vector<std::string>& more, const std::string& message) {
    std::vector<std::string> words = {"can", "bob@acme.example", "tickets.view"};
    words.insert(words.end(), more.begin(), more.end());
    const Result result = desk.acctl(words);
    CHECK(result.status == status);
    CHECK_THAT(result.err, Catch::Contains(message));
  };
  fails(3, {}, "no tenant is selected");
  fails(3, {"-t", "acme", "-t", "other"}, "this command takes one tenant, but 2 are selected");
  fails(3, {"-t", "nobody"}, "there is no tenant 'nobody'");
  desk.acctl({"tenant", "suspend", "other", "--yes"});
  fails(3, {"-t", "other"}, "tenant other is suspended");
  desk.acctl.in("acme", "update acctl.tenant set tenant_id = gen_random_uuid()");
  fails(7, {"-t", "acme"}, "database 'acme' is not that of tenant acme");
}

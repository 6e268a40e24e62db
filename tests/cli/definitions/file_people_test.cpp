// What files say of people beyond what they hold: that they are suspended, and when a role ends; and variables that are
// given with the command.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::file_text;
using acctl::test::TenantFixture;

TEST_CASE("files suspend users, do not invite whom they suspend, and end no suspension by silence") {
  const TenantFixture desk;
  desk.applied("users: {ben@acme.example: {name: Ben}}\n");
  const std::string suspended =
      "users: {ben@acme.example: {status: suspended}, new@acme.example: {status: suspended}}\n";
  CHECK(changes_of(desk.planned(suspended)) == "change users/ben@acme.example, add users/new@acme.example");
  desk.applied(suspended);
  CHECK(desk.in("select string_agg(email, ' ' order by email) from app.users where status = 'suspended'") ==
        "ben@acme.example new@acme.example");
  CHECK(desk.in(
            "select count(*) from app.invitations i join app.users u on u.id = i.user_id where u.email like 'new%'") ==
        "0");
  check_ended(desk.plan(suspended, {"--detailed-exitcode"}), 0);
  desk.in("update app.users set status = 'invited' where email like 'ben%'");
  CHECK(changes_of(desk({"drift", "-o", "json"}).json()) == "change users/ben@acme.example");
  desk.applied(suspended);
  check_ended(desk.plan("users: {ben@acme.example: {name: Ben}}\n", {"--detailed-exitcode"}), 0);
  check_ended(desk.plan("users: {ben@acme.example: {status: active}}\n"), 3, "acctl user reactivate");
  const std::string exported = desk.acctl.folder.path() + "/export.yaml";
  check_ended(desk({"export", "--include-users", "--out", exported}), 0);
  CHECK(contains(file_text(exported), "    status: suspended\n"));
}

TEST_CASE("files give roles for a time, and what has ended is no part of them") {
  const TenantFixture desk;
  const auto roles = [](const std::string& list) { return "users: {ben@acme.example: {roles: " + list + "}}\n"; };
  const std::string until = roles("[support-agent, team-lead: {until: \"2099-01-31T19:00:00+01:00\"}]");
  desk.applied(until);
  const std::string ends =
      "select string_agg(r.key || coalesce(to_char(h.expires_at at time zone 'UTC', ' YYYY-MM-DD HH24:MI'), ''), ', ' "
      "order by r.key) from app.user_roles h join app.roles r on r.id = h.role_id join app.users u on u.id = h.user_id "
      "where u.email like 'ben%'";
  CHECK(desk.in(ends) == "support-agent, team-lead 2099-01-31 18:00");
  check_ended(desk.plan(until, {"--detailed-exitcode"}), 0);
  check_ended(desk({"drift"}), 0, "Drift: none");
  desk.applied(roles("[support-agent, team-lead]"));
  CHECK(desk.in(ends) == "support-agent, team-lead");
  desk.applied(roles("[support-agent, team-lead: {until: \"2020-01-01T00:00:00Z\"}]"));
  CHECK(desk.in(ends) == "support-agent");
  check_ended(desk({"drift"}), 0, "Drift: none");
}

TEST_CASE(
    "a declared end that has passed takes back what was extended by hand, in whole lists and in entries of them") {
  const TenantFixture desk;
  for (const std::string sign : {"", "+"}) {
    INFO(sign);
    const auto files = [&](const std::string& year) {
      const std::string until = ": {until: \"" + year + "-01-01T00:00:00Z\"}]";
      return "users: {ben@acme.example: {roles: [" + sign + "support-agent, " + sign + "team-lead" + until +
             "}}\nteams: {t: {name: T, members: [" + sign + "ben@acme.example" + until + "}}\n";
    };
    desk.applied(files("2099"));
    check_ended(desk({"role", "grant", "team-lead", "ben@acme.example", "--until", "2100-01-01T00:00:00Z"}), 0);
    check_ended(desk({"team", "add", "t", "ben@acme.example", "--until", "2100-01-01T00:00:00Z"}), 0);
    // As if the time were over.
    desk.in("update acctl.applied set declared = replace(declared::text, '2099', '2020')::jsonb");
    const auto drift = desk({"drift", "-o", "json"});
    CHECK(drift.status == 2);
    CHECK(changes_of(drift.json()) == "add team_members/t/ben@acme.example, add user_roles/ben@acme.example/team-lead");
    CHECK(changes_of(desk.planned(files("2020"))) ==
          "remove user_roles/ben@acme.example/team-lead, remove team_members/t/ben@acme.example");
    desk.applied(files("2020"));
    CHECK(desk.json({"user", "show", "ben@acme.example"})["roles"].dump() == R"(["support-agent"])");
    CHECK(desk.members_of("t") == "");
    check_ended(desk({"drift"}), 0, "Drift: none");
    check_ended(desk.plan(files("2020"), {"--detailed-exitcode"}), 0);
  }
}

TEST_CASE("option --var sets a variable of the files for one run") {
  const TenantFixture desk;
  const std::string text =
      "variables: {brand: Acme, limit: 3}\nteams: {t: {name: \"${brand} ${city:-Berlin}\", capacity: \"${limit}\"}}\n";
  const std::string said = "select name || ' ' || capacity from app.teams";
  desk.applied(text);
  CHECK(desk.in(said) == "Acme Berlin 3");
  desk.applied(text, {"--var", "brand=Globex = no", "--var", "limit=5", "--var", "city="});
  CHECK(desk.in(said) == "Globex = no  5");
  check_ended(desk.plan(text, {"--var", "brnd=x"}), 3, "no file refers to a variable 'brnd'; did you mean 'brand'?");
  check_ended(desk.plan(text, {"--var", "brand"}), 3, "is not of the form NAME=VALUE");
  check_ended(desk.plan(text, {"--var", "brand=a", "--var", "brand=b"}), 3, "'brand' is given twice");
}

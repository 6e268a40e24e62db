// Teams and role templates, edited by words.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

const std::string people = "users:\n  ben@acme.example: {}\n  cleo@acme.example: {}\n  dora@acme.example: {}\n";

std::string template_of(const TenantFixture& desk, const std::string& name) {
  return desk.in(
      "select coalesce((select t.key from app.role_templates t where t.id = u.role_template_id), 'none') from "
      "app.users u where u.email = '" +
      name + "@acme.example'");
}

}  // namespace

TEST_CASE("teams are created, changed and deleted, again nothing changes") {
  const TenantFixture desk;
  const std::vector<std::string> call = {"team", "create", "tier-1", "--name", "Tier 1", "--capacity", "20"};
  check_ended(desk(call), 0, "done: 1 added; this is run ");
  check_ended(desk(call), 0, "nothing to change");
  check_ended(desk({"team", "create", "tier-1", "--name", "Tier 1", "--capacity", "30"}), 7,
              "team tier-1 exists with other arguments: its capacity is 20, not 30");
  check_ended(desk({"team", "create", "x", "--name", "X", "--capacity", "0"}), 3, "takes a whole number from 1");
  check_ended(desk({"team", "edit", "tier-1", "--no-capacity", "--notify", "no", "--assignment", "least_loaded"}), 0,
              "done: 1 changed");
  const auto team = desk.json({"team", "show", "tier-1"});
  CHECK(team["capacity"].is_null());
  CHECK(team["notify"] == false);
  CHECK(team["assignment"] == "least_loaded");
  check_ended(desk({"team", "edit", "tier-2", "--name", "X"}), 3, "there is no team 'tier-2'; did you mean 'tier-1'?");
  check_ended(desk({"team", "edit", "tier-1", "--capacity", "3", "--no-capacity"}), 3, "cannot be combined");
  check_ended(desk({"team", "delete", "tier-1"}), 10, "--yes");
  check_ended(desk({"team", "delete", "tier-1", "--yes"}), 0);
  check_ended(desk({"team", "delete", "tier-1", "--yes"}), 0, "there is no team 'tier-1'");
}

TEST_CASE("a key that was never there was mistyped, and nothing is deleted") {
  const TenantFixture desk;
  desk.applied("teams: {night: {name: Night}, day: {name: Day}}\nroles: {r: {name: R}}\n");
  check_ended(desk({"team", "delete", "nihgt", "--yes"}), 3, "there is no team 'nihgt'; did you mean 'night'?");
  check_ended(desk({"team", "delete", "day", "nihgt", "--yes"}), 3, "'acctl team list' lists all of them.");
  check_ended(desk({"role", "delete", "nosuch", "--dry-run"}), 3, "there is no role 'nosuch'");
  check_ended(desk({"role-template", "delete", "nosuch", "--yes"}), 3, "there is no role template 'nosuch'");
  check_ended(desk({"role-template", "delete", "nosuch"}), 3, "'acctl role-template list' lists");
  CHECK(desk.in("select count(*) from app.teams") == "2");
  // What was deleted before is no mistake, beside what is there.
  check_ended(desk({"team", "delete", "day", "--yes"}), 0);
  check_ended(desk({"team", "delete", "day", "night", "--yes"}), 0);
  CHECK(desk.in("select count(*) from app.teams") == "0");
}

TEST_CASE("users join and leave teams, leaving is asked about, and what a team held goes with it") {
  const TenantFixture desk;
  desk.applied(people + "teams:\n  crew: {name: Crew}\n");
  check_ended(desk({"team", "add", "crew", "ben@acme.example", "Cleo@acme.example"}), 0, "done: 2 added");
  check_ended(desk({"team", "add", "crew", "ben@acme.example"}), 0, "nothing to change");
  CHECK(desk.members_of("crew") == "ben cleo");
  CHECK(desk.json({"team", "list"})[0]["members"] == 2);
  check_ended(desk({"team", "show", "crew"}), 0, "ben@acme.example (invited), cleo@acme.example (invited)");
  check_ended(desk({"team", "remove", "crew", "ben@acme.example"}), 10, "remove");
  check_ended(desk({"team", "remove", "crew", "ben@acme.example", "--yes"}), 0);
  check_ended(desk({"team", "remove", "crew", "ben@acme.example", "--yes"}), 0, "nothing to change");
  check_ended(desk({"team", "add", "crew", "benn@acme.example"}), 3, "did you mean 'ben@acme.example'?");
  const auto plan = desk.json({"team", "delete", "crew", "--dry-run"});
  CHECK(changes_of(plan) == "remove team_members/crew/cleo@acme.example, remove teams/crew");
}

TEST_CASE("role templates are created, changed, assigned and deleted") {
  const TenantFixture desk;
  desk.applied(people);
  const std::vector<std::string> call = {
      "role-template", "create", "night", "--name", "Night shift", "--permission", "items.view,tickets.view:group"};
  check_ended(desk(call), 0, "done: 3 added");
  check_ended(desk(call), 0, "nothing to change");
  check_ended(desk({"role-template", "create", "night", "--name", "Night shift", "--permission", "items.view"}), 7,
              "role template night exists with other arguments: it also gives tickets.view");
  check_ended(desk({"role-template", "assign", "night", "ben@acme.example", "cleo@acme.example"}), 0,
              "done: 2 changed");
  check_ended(desk({"role-template", "assign", "night", "ben@acme.example"}), 0, "nothing to change");
  CHECK(template_of(desk, "ben") == "night");
  const auto shown = desk.json({"role-template", "show", "night"});
  CHECK(shown["permissions"][1].dump() == R"({"permission":"tickets.view","level":"group"})");
  CHECK(shown["holders"][0].dump() == R"({"email":"ben@acme.example","status":"invited"})");

  // Another template takes something away; more of the same does not.
  check_ended(desk({"role-template", "create", "day", "--name", "Day shift"}), 0);
  check_ended(desk({"role-template", "assign", "day", "ben@acme.example"}), 10,
              "ben@acme.example loses items.view, tickets.view:group through template:night");
  check_ended(desk({"role-template", "edit", "night", "--add-permission", "tickets.view:global"}), 0,
              "done: 1 changed");
  check_ended(desk({"role-template", "edit", "night", "--remove-permission", "items.view"}), 10,
              "ben@acme.example loses items.view");

  check_ended(desk({"role-template", "unassign", "ben@acme.example", "--yes"}), 0);
  check_ended(desk({"role-template", "unassign", "ben@acme.example", "--yes"}), 0, "nothing to change");
  CHECK(template_of(desk, "ben") == "none");
  const Result held = desk({"role-template", "delete", "night", "--yes"});
  check_ended(held, 7, "role template night cannot be deleted: 1 user has it (cleo@acme.example)");
  check_ended(held, 7, "acctl role-template unassign");
  check_ended(desk({"role-template", "delete", "night", "--reassign-to", "day", "--yes"}), 0);
  CHECK(template_of(desk, "cleo") == "day");
  check_ended(desk({"role-template", "list"}), 0, "Day shift");
  check_ended(desk({"role-template", "delete", "night"}), 0, "there is no role template 'night'");
}

TEST_CASE("the suspended get neither work nor templates") {
  const TenantFixture desk;
  desk.applied(people + "teams:\n  crew: {name: Crew}\nrole_templates:\n  t: {name: T}\n");
  desk.in("update app.users set status = 'suspended' where email = 'ben@acme.example'");
  const std::string before = desk.everything();
  check_ended(desk({"team", "add", "crew", "ben@acme.example"}), 7, "ben@acme.example is suspended");
  check_ended(desk({"role-template", "assign", "t", "ben@acme.example"}), 7, "ben@acme.example is suspended");
  CHECK(difference(before, desk.everything()) == "");
}

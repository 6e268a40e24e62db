// Clones and relative lists mean what they say, whoever else is there.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::TenantFixture;

namespace {

std::string role(const TenantFixture& desk, const std::string& key) {
  return desk.in("select concat_ws('|', name, description, scope, system) from app.roles where key = '" + key + "'");
}

}  // namespace

TEST_CASE("members are added to and taken from a team that has others, by lists with + and -") {
  const TenantFixture desk;
  desk.applied(
      "users: {ben@acme.example: {}, eva@acme.example: {}, kim@acme.example: {}}\n"
      "teams: {crew: {name: Crew, members: [ben@acme.example, eva@acme.example]}}\n");
  desk.applied("teams: {crew: {members: [+kim@acme.example]}}\n");
  CHECK(desk.members_of("crew") == "ben eva kim");
  CHECK(desk.planned("teams: {crew: {members: [+kim@acme.example]}}\n")["summary"]["add"] == 0);
  desk.applied("teams: {crew: {members: [-ben@acme.example]}}\n");
  CHECK(desk.members_of("crew") == "eva kim");
  desk.applied("teams: {crew: {members: [+ben@acme.example, -eva@acme.example]}}\n");
  CHECK(desk.members_of("crew") == "ben kim");
  // Somebody whom the tenant does not have is a slip of the pen, all the same.
  check_ended(desk.plan("teams: {crew: {members: [+bem@acme.example]}}\n"), 3,
              "there is no 'bem@acme.example' among users; did you mean 'ben@acme.example'?");
}

TEST_CASE("a clone of a team has its members, and those that its list adds") {
  const TenantFixture desk;
  desk.applied(
      "users: {ben@acme.example: {}, eva@acme.example: {}, kim@acme.example: {}}\n"
      "teams: {crew: {name: Crew, members: [ben@acme.example, eva@acme.example]}}\n");
  desk.applied("teams: {night: {name: Night, clone: crew}}\n");
  CHECK(desk.members_of("night") == "ben eva");
  desk.applied("teams: {day: {name: Day, clone: crew, members: [+kim@acme.example, -eva@acme.example]}}\n");
  CHECK(desk.members_of("day") == "ben kim");
  // Declared beside it, and with more than it had.
  desk.applied(
      "teams:\n  crew: {members: [+kim@acme.example]}\n  late: {name: Late, clone: crew}\n"
      "  early: {clone: late, name: Early}\n");
  CHECK(desk.members_of("late") == "ben eva kim");
  CHECK(desk.members_of("early") == "ben eva kim");
}

TEST_CASE("a clone of a source that the files declare keeps what the source has in the tenant") {
  const TenantFixture desk;
  desk.applied("roles: {lead: {name: Lead, description: Leads., scope: enterprise, permissions: ['*']}}\n");
  CHECK(role(desk, "lead") == "Lead|Leads.|enterprise|f");
  // Before its source in the alphabet and behind it: the order of the files does not matter.
  for (const std::string key : {"a-copy", "z-copy"}) {
    desk.applied("roles:\n  lead: {name: Chief}\n  " + key + ": {clone: lead}\n");
    CHECK(role(desk, key) == "Chief|Leads.|enterprise|f");
    CHECK(desk.permissions_of(key) == "*");
  }
  // What the clone says itself wins.
  desk.applied("roles:\n  lead: {name: Chief}\n  own: {clone: lead, name: Own, scope: organization}\n");
  CHECK(role(desk, "own") == "Own|Leads.|organization|f");
}

TEST_CASE("a chain of clones keeps what each of them adds") {
  const TenantFixture desk;
  desk.applied("roles: {m: {name: Base, description: D., scope: enterprise, permissions: [tickets.view]}}\n");
  desk.applied(
      "roles:\n"
      "  z: {clone: m, description: Z., permissions: [+tickets.edit]}\n"
      "  a: {clone: z, name: Last, permissions: [+reports.view]}\n"
      "  b: {clone: a}\n");
  CHECK(role(desk, "z") == "Base|Z.|enterprise|f");
  CHECK(role(desk, "a") == "Last|Z.|enterprise|f");
  CHECK(role(desk, "b") == "Last|Z.|enterprise|f");
  CHECK(desk.permissions_of("b") == "reports.view tickets.edit tickets.view");
  // All of them new.
  desk.applied(
      "roles:\n"
      "  c3: {clone: c2}\n"
      "  c2: {clone: c1, description: Two.}\n"
      "  c1: {name: One, scope: enterprise, permissions: [tickets.view]}\n");
  CHECK(role(desk, "c3") == "One|Two.|enterprise|f");
  CHECK(desk.permissions_of("c3") == "tickets.view");
}

TEST_CASE("a clone of what the product brings along is the tenant's own, also where the files declare its source") {
  const TenantFixture desk;
  desk.applied("roles:\n  admin: {description: Everything.}\n  second: {clone: admin, name: Second}\n");
  CHECK(role(desk, "admin") == "Admin|Everything.|organization|t");
  CHECK(role(desk, "second") == "Second|Everything.|organization|f");
}

TEST_CASE("a role or team that is named twice for one person is said so") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", "ben@acme.example", "--role", "support-agent", "--role", "support-agent"}), 3,
              "role support-agent is named twice");
  check_ended(desk({"user", "invite", "ben@acme.example", "--role", "support-agent,support-agent"}), 3, "named twice");
  desk.applied("teams: {crew: {name: Crew}}\n");
  check_ended(desk({"user", "invite", "ben@acme.example", "--team", "crew", "--team", "crew"}), 3,
              "team crew is named twice");
  const std::string list = "email,roles\nben@acme.example,support-agent;support-agent\n";
  check_ended(desk({"user", "invite", "--file", "-"}, list), 3, ":2: role support-agent is named twice");
  check_ended(desk({"user", "sync", "-f", "-", "--idp", "entra"}, list), 3, "role support-agent is named twice");
  CHECK(desk.in("select count(*) from app.users") == "1");
}

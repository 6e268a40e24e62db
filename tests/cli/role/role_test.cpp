// Roles and who has them: created, cloned, changed and deleted by words, granted for good and for a time.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::TenantFixture;
using acctl::test::TestPlatform;

namespace {

const std::string people =
    "users:\n  dora@acme.example: {roles: [support-agent]}\n  ben@acme.example: {roles: [support-agent]}\n"
    "  cleo@acme.example: {}\n";

std::string roles_of(const TenantFixture& desk, const std::string& name) {
  return desk.in(
      "select coalesce(string_agg(r.key || case when h.expires_at is null then '' else ' for a time' end, ', ' "
      "order by r.key), '') from app.user_roles h join app.roles r on r.id = h.role_id join app.users u on u.id = "
      "h.user_id where u.email = '" +
      name + "@acme.example'");
}

}  // namespace

TEST_CASE("role create adds a role with its permissions and asks nothing, again it changes nothing") {
  const TenantFixture desk;
  const std::vector<std::string> call = {"role",         "create",       "triage",
                                         "--name",       "Triage",       "--permission",
                                         "tickets.view", "--permission", "tickets.assign:group"};
  check_ended(desk(call), 0, "done: 3 added; this is run ");
  CHECK(desk.permissions_of("triage") == "tickets.assign:group tickets.view");
  CHECK(desk.in("select name || ' ' || scope || ' ' || system from app.roles where key = 'triage'") ==
        "Triage organization false");
  CHECK(desk.in("select command || ' ' || outcome from acctl.runs") == "role create done");
  const std::string before = desk.everything();
  check_ended(desk(call), 0, "nothing to change");
  CHECK(difference(before, desk.everything()) == "");
  // What is left out asks for nothing, what is given has to be so.
  check_ended(desk({"role", "create", "triage", "--name", "Triage"}), 0, "nothing to change");
  check_ended(desk({"role", "create", "triage", "--name", "T", "--permission", "tickets.view:group,items.view"}), 7,
              "role triage exists with other arguments: its name is 'Triage', not 'T'; it lacks items.view; it gives "
              "tickets.view at level global, not group; it also gives tickets.assign");
}

TEST_CASE("role create refuses what the catalogue does not have, and keys and names that cannot be") {
  const TenantFixture desk;
  const std::string before = desk.everything();
  const auto create = [&](const std::string& key, const std::string& permission) {
    return desk({"role", "create", key, "--name", "X", "--permission", permission});
  };
  check_ended(create("x", "tickets.veiw"), 3, "there is no permission 'tickets.veiw'; did you mean 'tickets.view'?");
  check_ended(create("x", "tickets.assign:restricted"), 3,
              "permission tickets.assign has no level restricted, only global, group");
  check_ended(create("x", "tickets.create:group"), 3, "permission tickets.create has no level group");
  check_ended(create("x", "tickets.view:grup"), 3, "--permission: 'grup' is not a valid level; did you mean 'group'?");
  check_ended(create("x", "tickets"), 3, "'tickets' is not a valid permission");
  check_ended(create("X Y", "tickets.view"), 3, "'X Y' is not a valid key");
  check_ended(desk({"role", "create", "x", "--name", " "}), 3, "'name' must not be empty");
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("role clone copies a role of the tenant or of a pack, with permissions more and less") {
  const TenantFixture desk;
  check_ended(desk({"role", "clone", "support-agent", "senior", "--permission", "+tickets.delete", "--permission",
                    "-crm.edit", "--name", "Senior"}),
              0, "done: ");
  CHECK(contains(desk.permissions_of("senior"), "tickets.delete"));
  CHECK_FALSE(contains(desk.permissions_of("senior"), "crm.edit"));
  CHECK(contains(desk.permissions_of("senior"), "tickets.assign:group"));
  check_ended(desk({"role", "clone", "support-agent", "senior", "--permission", "+tickets.delete,-crm.edit", "--name",
                    "Senior"}),
              0, "nothing to change");
  check_ended(desk({"role", "clone", "support-agent", "senior", "--name", "Senior"}), 7,
              "it lacks crm.edit; it also gives tickets.delete");
  check_ended(desk({"role", "clone", "admin", "boss"}), 0);
  CHECK(desk.in("select name || ' ' || system from app.roles where key = 'boss'") == "Copy of Admin false");
  check_ended(desk({"role", "clone", "support-agnt", "x"}), 3,
              "there is no role 'support-agnt'; did you mean 'support-agent'?");

  check_ended(desk({"role", "clone", "team-lead", "lead", "--from-pack", "helpdesk"}), 0);
  CHECK(desk.permissions_of("lead") == desk.permissions_of("team-lead"));
  const Result lacking = desk({"role", "clone", "viewer", "watcher", "--from-pack", "msp"});
  check_ended(lacking, 3, "there is no permission 'endpoints.view'");
  check_ended(lacking, 3, "--permission=-PERMISSION");
  check_ended(desk({"role", "clone", "viewer", "x", "--from-pack", "mps"}), 3, "there is no pack 'mps'");
}

TEST_CASE("role edit changes what is given, where somebody loses a permission it asks") {
  const TenantFixture desk;
  desk.applied(people);
  check_ended(desk({"role", "edit", "support-agent", "--name", "Agent", "--add-permission", "tickets.delete"}), 0,
              "done: 1 added, 1 changed; this is run ");
  const Result asked = desk({"role", "edit", "support-agent", "--remove-permission", "tickets.delete"});
  check_ended(asked, 10, "dora@acme.example loses tickets.delete through role:support-agent");
  CHECK(contains(asked.err, "--yes"));
  CHECK(contains(desk.permissions_of("support-agent"), "tickets.delete"));
  check_ended(desk({"role", "edit", "support-agent", "--remove-permission", "tickets.delete", "--yes"}), 0);
  CHECK_FALSE(contains(desk.permissions_of("support-agent"), "tickets.delete"));
  check_ended(desk({"role", "edit", "support-agent", "--remove-permission", "tickets.delete", "--yes"}), 0,
              "nothing to change");
  // The widest level is what a permission alone means; a narrower one is a loss.
  check_ended(desk({"role", "edit", "support-agent", "--add-permission", "tickets.view"}), 0, "nothing to change");
  check_ended(desk({"role", "edit", "support-agent", "--add-permission", "tickets.view:group"}), 10);
  check_ended(desk({"role", "edit", "support-agent", "--description", ""}), 0);
  CHECK(desk.in("select description is null from app.roles where key = 'support-agent'") == "t");
  check_ended(desk({"role", "edit", "support-agent"}), 3, "nothing to change; give at least one option");
  check_ended(desk({"role", "edit", "support-agent", "--add-permission", "a.b", "--remove-permission", "a.b"}), 3,
              "permission a.b is both added and removed");
}

TEST_CASE("role delete says who has the role, and gives them another where it is told to") {
  const TenantFixture desk;
  desk.applied("users: {a@x.example: {roles: [team-lead]}, b@x.example: {roles: [team-lead, support-agent]}}\n");
  check_ended(desk({"role", "delete", "team-lead", "--yes"}), 7,
              "role team-lead cannot be deleted: 2 users have it (a@x.example, b@x.example)");
  desk({"role", "grant", "team-lead", "c@x.example"});
  const Result moved = desk({"role", "delete", "team-lead", "--reassign-to", "support-agent", "--yes", "-o", "json"});
  check_ended(moved, 0);
  CHECK(desk.in("select count(*) from app.user_roles h join app.roles r on r.id = h.role_id where r.key = "
                "'support-agent'") == "2");
  CHECK(desk.in("select count(*) from app.roles where key = 'team-lead'") == "0");
  check_ended(desk({"role", "delete", "team-lead"}), 0, "there is no role 'team-lead'");
  check_ended(desk({"role", "delete", "admin", "--yes"}), 5, "roles/admin is a system role and cannot be removed");
  CHECK(desk.in("select outcome from acctl.runs order by id desc limit 1") == "refused");
  check_ended(desk({"role", "delete", "support-agent", "--reassign-to", "support-agent", "--yes"}), 3,
              "is itself to be deleted");
}

TEST_CASE("role grant and role revoke work on many users, again they change nothing") {
  const TenantFixture desk;
  desk.applied(people);
  check_ended(desk({"role", "grant", "team-lead", "DORA@acme.example", "cleo@acme.example"}), 0, "done: 2 added");
  CHECK(roles_of(desk, "dora") == "support-agent, team-lead");
  check_ended(desk({"role", "grant", "team-lead", "dora@acme.example", "cleo@acme.example"}), 0, "nothing to change");
  const Result asked = desk({"role", "revoke", "team-lead,support-agent", "dora@acme.example"});
  check_ended(asked, 10, "Do you want to make these changes in tenant acme?");
  check_ended(desk({"role", "revoke", "team-lead,support-agent", "dora@acme.example", "--yes"}), 0, "this is run");
  CHECK(roles_of(desk, "dora") == "");
  check_ended(desk({"role", "revoke", "team-lead", "dora@acme.example", "--yes"}), 0, "nothing to change");
  check_ended(desk({"role", "grant", "team-lead", "dorra@acme.example"}), 3,
              "there is no user 'dorra@acme.example'; did you mean 'dora@acme.example'?");
  check_ended(desk({"role", "grant", "teamlead", "dora@acme.example"}), 3,
              "there is no role 'teamlead'; did you mean 'team-lead'?");
  check_ended(desk({"role", "grant", "team-lead", "dora"}), 3);
  desk.in("update app.users set status = 'suspended' where email = 'ben@acme.example'");
  const Result suspended = desk({"role", "grant", "team-lead", "ben@acme.example"});
  check_ended(suspended, 7, "ben@acme.example is suspended");
  check_ended(suspended, 7, "acctl user reactivate ben@acme.example");
  check_ended(desk({"role", "revoke", "support-agent", "ben@acme.example", "--yes"}), 0);
}

TEST_CASE("a revoke names what goes, so that no cap but one that is given counts") {
  const TenantFixture desk;
  desk.applied("roles: {a: {name: A}, b: {name: B}, c: {name: C}, d: {name: D}}\n" + people);
  desk({"role", "grant", "a,b,c,d", "cleo@acme.example"});
  check_ended(desk({"role", "revoke", "a,b,c,d", "cleo@acme.example", "--yes", "--max-removals", "2"}), 5,
              "the limit is 2");
  check_ended(desk({"role", "revoke", "a,b,c,d", "cleo@acme.example", "--yes"}), 0);
  CHECK(roles_of(desk, "cleo") == "");
}

TEST_CASE("a grant can be for a time, is renewed, and becomes one for good") {
  const TenantFixture desk;
  desk.applied(people);
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "2037-01-31T18:00:00+02:00"}), 0,
              "done: 1 added");
  CHECK(roles_of(desk, "cleo") == "team-lead for a time");
  const auto shown = desk.json({"role", "show", "team-lead"});
  CHECK(shown["holders"][0]["until"] == "2037-01-31T16:00:00Z");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "2037-01-31T16:00:00Z"}), 0,
              "nothing to change");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "6d"}), 0, "done: 1 changed");
  const auto ending = desk.json({"role", "list", "--expiring", "7d"});
  REQUIRE(ending.size() == 1);
  CHECK(ending[0]["email"] == "cleo@acme.example");
  CHECK(desk.json({"role", "list", "--expiring", "5d"}).empty());
  const Result for_good = desk({"role", "grant", "team-lead", "cleo@acme.example"});
  check_ended(for_good, 0, "cleo@acme.example held role team-lead temporarily and now holds it permanently");
  CHECK(roles_of(desk, "cleo") == "team-lead");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "2020-01-01T00:00:00Z"}), 3,
              "--until: '2020-01-01T00:00:00Z' is not in the future");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "2037-02-31T00:00:00Z"}), 3,
              "there is no such time");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "soon"}), 3,
              "--until: 'soon' is neither a time nor a duration");
}

TEST_CASE("a grant that has ended counts for nothing, and can be made again") {
  const TenantFixture desk;
  desk.applied(people);
  desk({"role", "grant", "team-lead", "cleo@acme.example", "--until", "1h"});
  desk.in("update app.user_roles set expires_at = now() - interval '1 hour' where expires_at is not null");
  CHECK(desk.json({"role", "show", "team-lead"})["holders"].empty());
  CHECK(desk.json({"role", "list", "--expiring", "7d"}).empty());
  check_ended(desk({"role", "revoke", "team-lead", "cleo@acme.example", "--yes"}), 0, "nothing to change");
  check_ended(desk({"role", "grant", "team-lead", "cleo@acme.example"}), 0, "done: 1 added");
  CHECK(roles_of(desk, "cleo") == "team-lead");
}

TEST_CASE("a role of scope enterprise is not granted in one tenant") {
  const TenantFixture desk;
  check_ended(desk({"role", "create", "group-admin", "--name", "Group Admin", "--scope", "enterprise"}), 0);
  desk.applied(people);
  const Result refused = desk({"role", "grant", "group-admin", "cleo@acme.example"});
  check_ended(refused, 5, "role group-admin reaches the entire enterprise, not one tenant");
  check_ended(refused, 5, "acctl enterprise grant ENTERPRISE EMAIL group-admin");
  CHECK(desk.in("select outcome || ' ' || command from acctl.runs order by id desc limit 1") == "refused role grant");
  check_ended(desk({"role", "grant", "group-admin", "cleo@acme.example", "--dry-run"}), 5);
  CHECK(desk.in("select count(*) from acctl.runs where outcome = 'refused'") == "1");
}

TEST_CASE("role list and role show say what a role is and gives") {
  const TenantFixture desk;
  desk.applied(people + "role_templates:\n  desk: {name: TenantFixture, permissions: [items.view, billing.manage]}\n");
  desk.in("update app.roles set name = 'Organization Admin' where key = 'admin'");
  const auto roles = desk.json({"role", "list"});
  REQUIRE(roles.size() == 3);
  CHECK(roles[0]["key"] == "admin");
  CHECK(roles[0]["name"] == "Organization Admin");
  CHECK(roles[0]["display_name"] == "Organization Admin");
  CHECK(roles[1]["holders"] == 2);
  CHECK(roles[1]["permissions"] == 12);
  const auto shown = desk.json({"role", "show", "support-agent"});
  CHECK(shown["permissions"][0].dump() == R"({"permission":"contacts.edit","level":null})");
  CHECK(shown["holders"][0]["email"] == "ben@acme.example");
  CHECK(shown["overlaps"].dump() == R"([{"role_template":"desk","shared":1,"of":2}])");
  check_ended(desk({"role", "show", "support-agent"}), 0, "desk (1 of 2 permissions)");
  check_ended(desk({"role", "show", "suport-agent"}), 3, "did you mean 'support-agent'?");
}

TEST_CASE("the chief role of the MSP suite, and of no other, is Admin while a tenant stands alone") {
  const TestPlatform acctl;
  const auto displayed = [&](const std::string& tenant, const std::string& role) {
    return acctl.json({"role", "show", role, "-t", tenant})["display_name"];
  };
  acctl.create("acme", {"--pack", "msp"});
  acctl.create("letters", {"--pack", "messaging"});
  CHECK(displayed("acme", "organization-admin") == "Admin");
  CHECK(displayed("acme", "enterprise-admin") == "Enterprise Admin");
  CHECK(displayed("letters", "account-admin") == "Account Admin");
  CHECK(displayed("letters", "administrator") == "Administrator");

  acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"});
  acctl.control("update acctl.tenants set enterprise_id = (select id from acctl.enterprises) where slug = 'acme'");
  CHECK(displayed("acme", "organization-admin") == "Admin");
  acctl.create("globex", {"--enterprise", "umbrella"});
  CHECK(displayed("acme", "organization-admin") == "Organization Admin");
}

TEST_CASE("the last active admin keeps the role, whatever a revoke says") {
  const TenantFixture desk;
  desk.in("update app.users set status = 'active'");
  const std::string admin = desk.in("select email from app.users");
  check_ended(desk({"role", "revoke", "admin", admin, "--yes"}), 5, "is required; this would leave 0");
  CHECK(desk.in("select outcome from acctl.runs order by id desc limit 1") == "refused");
}

TEST_CASE("roles are edited in many tenants at once, one that fails does not stop the others") {
  const TenantFixture desk;
  desk.acctl.create("globex");
  desk.applied("roles:\n  triage: {name: Other}\n");
  const Result result = desk.acctl({"role", "create", "triage", "--name", "Triage", "--all"});
  check_ended(result, 6, "1 of 2 tenants failed");
  CHECK(contains(result.out, "role triage exists with other arguments"));
  CHECK(desk.acctl.in("globex", "select name from app.roles where key = 'triage'") == "Triage");
  CHECK(changes_of(desk.acctl({"role", "create", "x", "--name", "X", "--all", "--dry-run", "-o", "json"}).json()) ==
        "add roles/x");
  CHECK(desk.in("select count(*) from app.roles where key = 'x'") == "0");
}

TEST_CASE("with --as roles, templates and teams are seen and changed by those only who may") {
  const TenantFixture desk;
  desk.applied(people + "teams:\n  crew: {name: Crew}\n");
  desk.in("update app.users set status = 'active'");
  const auto as = [&](const std::string& who, std::vector<std::string> words) {
    words.insert(words.end(), {"--as", who + "@acme.example"});
    return desk(words);
  };
  for (const std::vector<std::string>& words : {std::vector<std::string>{"role", "list"},
                                                {"role", "show", "admin"},
                                                {"role-template", "list"},
                                                {"team", "list"},
                                                {"api-key", "list"}}) {
    check_ended(as("ben", words), 5, "ben@acme.example may not see users, roles and permissions");
    check_ended(as("ana", words), 0);
  }
  check_ended(as("ben", {"role", "grant", "support-agent", "cleo@acme.example"}), 5, "refused: ");
  check_ended(as("ben", {"team", "add", "crew", "cleo@acme.example"}), 5, "refused: ");
  check_ended(as("ana", {"role", "grant", "support-agent", "cleo@acme.example"}), 0, "done: 1 added");
}

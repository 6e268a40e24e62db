// who-can: everybody who holds a permission, in one tenant or many; user list --can and review --permission.
#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/fleet.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Fleet;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

using Json = nlohmann::ordered_json;

// Bob is an agent with a template and a direct permission; Carla is suspended; Dan has nothing, Eve is only invited.
const std::string people =
    "role_templates:\n  extra: {name: Extra, permissions: [tickets.delete, tickets.view: restricted]}\n"
    "users:\n  bob@acme.example: {roles: [support-agent], role_template: extra, permissions: [tickets.export]}\n"
    "  carla@acme.example: {roles: [support-agent]}\n  dan@acme.example: {}\n"
    "  eve@acme.example: {role_template: extra}\n";

std::string applied(const TenantFixture& desk) {
  const std::string run = desk.applied(people, {"--actor", "gil"});
  desk.by_hand("update app.users set status = 'active' where email not in ('carla@acme.example', 'eve@acme.example')");
  desk.by_hand("update app.users set status = 'suspended' where email = 'carla@acme.example'");
  return run;
}

std::vector<std::string> emails_in(const Json& records) {
  std::vector<std::string> all;
  for (const Json& record : records) {
    const std::string email = record["email"];
    all.push_back(email.substr(0, email.find('@')));
  }
  return all;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("who-can lists everybody who holds a permission, with the ways and the run that made them") {
  const TenantFixture desk;
  const std::string run = applied(desk);
  const Json all = desk.json({"who-can", "tickets.view"});
  CHECK(emails_in(all) == Names{"ana", "bob", "eve"});
  CHECK(keys_of(all[1]) == "tenant email status level via since run");
  CHECK(all[1]["tenant"] == "acme");
  CHECK(all[1]["status"] == "active");
  CHECK(all[1]["level"] == "global");
  CHECK(all[1]["via"] == Json::array({"role:support-agent", "template:extra"}));
  CHECK(all[1]["run"] == run);
  CHECK(all[1]["since"] == desk.in("select to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from "
                                   "acctl.runs where run = '" +
                                   run + "'"));
  // Whom the tenant began with no run has made an admin.
  CHECK(all[0]["via"] == Json::array({"role:admin"}));
  CHECK(all[0]["run"].is_null());
  CHECK_FALSE(all[0]["since"].is_null());
  CHECK(all[2]["status"] == "invited");
  CHECK(all[2]["level"] == "restricted");
  CHECK(emails_in(desk.json({"who-can", "*"})) == Names{"ana"});
  CHECK(emails_in(desk.json({"who-can", "tickets.export"})) == Names{"ana", "bob"});
  CHECK(desk.json({"who-can", "tickets.export"})[1]["level"].is_null());
  CHECK(desk({"who-can", "tickets.export"}).out.starts_with("EMAIL "));
}

TEST_CASE("who-can with a level names only the ways that reach it") {
  const TenantFixture desk;
  applied(desk);
  CHECK(emails_in(desk.json({"who-can", "tickets.view:restricted"})) == Names{"ana", "bob", "eve"});
  const Json wide = desk.json({"who-can", "tickets.view:group"});
  CHECK(emails_in(wide) == Names{"ana", "bob"});
  CHECK(wide[1]["via"] == Json::array({"role:support-agent"}));
  CHECK(emails_in(desk.json({"who-can", "tickets.assign:global"})) == Names{"ana"});
}

TEST_CASE("who-can follows the end of a grant, CRM access and later assignments of a template") {
  const TenantFixture desk;
  applied(desk);
  const auto bob = [&](const std::string& permission) {
    for (const Json& record : desk.json({"who-can", permission})) {
      if (record["email"] == "bob@acme.example") return record;
    }
    return Json();
  };
  desk.in(
      "update app.user_roles set expires_at = now() + interval '1 day' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(bob("tickets.view:group").contains("until"));
  CHECK_FALSE(bob("tickets.view").contains("until"));  // the template has no end
  desk.in(
      "update app.user_roles set expires_at = now() - interval '1 day' where user_id = (select id from app.users "
      "where email = 'bob@acme.example')");
  CHECK(bob("tickets.view:group").is_null());
  CHECK(bob("tickets.view")["via"] == Json::array({"template:extra"}));
  // Holding is not enough for CRM records.
  desk.applied(
      "roles:\n  seller: {name: Seller, permissions: [crm.view]}\n"
      "users:\n  bob@acme.example: {roles: [seller]}\n");
  CHECK(bob("crm.view").is_null());
  desk.in("update app.users set crm_access = true where email = 'bob@acme.example'");
  CHECK(bob("crm.view")["via"] == Json::array({"role:seller"}));
  const Result assigned = desk({"role-template", "assign", "extra", "dan@acme.example", "-o", "json"});
  for (const Json& record : desk.json({"who-can", "tickets.delete"})) {
    if (record["email"] == "dan@acme.example") CHECK(record["run"] == assigned.json()["run"]);
  }
}

TEST_CASE("who-can agrees with the effective permissions of everybody, for every permission") {
  const TenantFixture desk;
  applied(desk);
  desk.in("update app.users set crm_access = true where email = 'eve@acme.example'");
  CHECK(desk.in("with ways as (select p.key, w.user_id, min(array_position(array['global','group','restricted'], "
                "w.level)) as level from app.permissions p cross join lateral app.permission_ways(p.key, null) w "
                "group by 1, 2) select count(*) from ways full join app.effective_permissions e on e.user_id = "
                "ways.user_id and e.permission = ways.key where ways.key is null or e.permission is null or "
                "array_position(array['global','group','restricted'], e.level) is distinct from ways.level") == "0");
}

TEST_CASE("who-can over many tenants names each, and suggests what was meant only where none has it") {
  const Fleet fleet;
  REQUIRE(fleet.apply_to({"-t", "bert"}, "permissions:\n  boats.sail: {category: Boats}\n").status == 0);
  const Json all = fleet.acctl.json({"who-can", "tickets.view", "--all"});
  std::string tenants;
  for (const Json& record : all) tenants += record["tenant"].get<std::string>() + " ";
  CHECK(tenants == "acme bert carl dora ");
  CHECK(fleet.acctl.json({"who-can", "boats.sail", "--all"}).size() == 1);
  CHECK(fleet.acctl.json({"who-can", "tickets.view", "--match", "plan=pro", "--exclude", "carl"}).size() == 1);
  CHECK(fleet.acctl({"who-can", "tickets.view", "--all", "-o", "csv"}).out.starts_with("EMAIL,TENANT,"));
  const Result nowhere = fleet.acctl({"who-can", "boats.sial", "--all"});
  check_ended(nowhere, 3, "there is no permission 'boats.sial' (in none of 4 tenants)");
  CHECK(nowhere.out.empty());
  check_ended(fleet.acctl({"who-can", "boats.sail:group", "--all"}), 3, "permission boats.sail has no levels");
  check_ended(fleet({"who-can", "tickets.veiw"}), 3, "did you mean 'tickets.view'?");
  check_ended(fleet({"who-can", "tickets.view:all"}), 3, "there is no level 'all'");
  check_ended(fleet({"user", "list", "--can", "tickets.veiw"}), 3, "did you mean 'tickets.view'?");
  check_ended(fleet({"review", "--permission", "tickets.veiw"}), 3, "did you mean 'tickets.view'?");
}

TEST_CASE("more holders than are fetched at once are all listed, in order") {
  const TenantFixture desk;
  desk.in("alter table app.users disable trigger all");
  desk.in("update acctl.tenant set seat_limit = null");
  desk.in(
      "insert into app.users (email, status) select 'p' || lpad(n::text, 4, '0') || '@acme.example', 'active' from "
      "generate_series(1, 2500) n");
  desk.in("alter table app.users enable trigger all");
  desk.in(
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where u.email "
      "like 'p%' and r.key = 'support-agent'");
  const Json all = desk.json({"who-can", "tickets.view"});
  CHECK(all.size() == 2501);
  CHECK(std::ranges::is_sorted(emails_in(all)));
}

TEST_CASE("who-can reads a tenant in one round trip") {
  const TenantFixture desk;
  const Result result = desk({"who-can", "tickets.view", "-v"});
  REQUIRE(result.status == 0);
  CHECK(contains(result.err, "statement permission_holders: database acme"));
  CHECK(contains(result.err, "round trip 1"));
  CHECK_FALSE(contains(result.err, "database acme, round trip 2"));
  for (std::size_t at = result.err.find("database acme"); at != std::string::npos;
       at = result.err.find("database acme", at + 1)) {
    const std::string line = result.err.substr(at, result.err.find('\n', at) - at);
    CHECK(line.ends_with("round trip 1"));
  }
}

TEST_CASE("user list --can and review --permission show the same people") {
  const TenantFixture desk;
  applied(desk);
  for (const std::string permission : {"tickets.view", "tickets.view:group", "tickets.delete", "*", "tickets.export"}) {
    const Names holders = emails_in(desk.json({"who-can", permission}));
    INFO(permission);
    CHECK(emails_in(desk.json({"user", "list", "--can", permission})) == holders);
    CHECK(emails_in(desk.json({"review", "--permission", permission})) == holders);
  }
  CHECK(emails_in(desk.json({"user", "list", "--can", "tickets.view", "--status", "invited"})) == Names{"eve"});
  CHECK(contains(desk({"review", "--permission", "tickets.delete", "--format", "html"}).out,
                 "Only people who have tickets.delete are listed."));
}

TEST_CASE("with --as only those who may see people learn who can do what") {
  const TenantFixture desk;
  applied(desk);
  check_ended(desk({"who-can", "tickets.view", "--as", "dan@acme.example"}), 5, "dan@acme.example may not");
  check_ended(desk({"who-can", "tickets.view", "--as", "ana@acme.example"}), 0, "bob@acme.example");
}

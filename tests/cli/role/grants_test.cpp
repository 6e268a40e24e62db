// Grants for a time: what they are to definitions, and that what has ended holds nothing back.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::TenantFixture;

namespace {

// bea, active, holds the role until then.
void grant(const TenantFixture& desk, const std::string& role, const std::string& until) {
  desk.in("insert into app.users (email, status) values ('bea@acme.example', 'active') on conflict do nothing");
  desk.in("insert into app.user_roles (user_id, role_id, expires_at) select u.id, r.id, " + until +
          " from app.users u, app.roles r where u.email = 'bea@acme.example' and r.key = '" + role + "'");
}

const std::string roles_of_bea =
    "select coalesce(string_agg(r.key || case when h.expires_at is null then '' else ' for a time' end, ', ' order by "
    "r.key), "
    "'none') from app.user_roles h join app.users u on u.id = h.user_id join app.roles r on r.id = h.role_id "
    "where u.email = 'bea@acme.example'";

}  // namespace

TEST_CASE("definitions leave grants for a time alone, and make permanent what they declare") {
  const TenantFixture desk;
  grant(desk, "admin", "now() + interval '8 hours'");
  grant(desk, "team-lead", "now() + interval '8 hours'");
  desk.applied("users: {bea@acme.example: {roles: [team-lead, support-agent]}}\n");
  CHECK(desk.in(roles_of_bea) == "admin for a time, support-agent, team-lead");
  desk.in("update app.users set status = 'active'");
  desk.applied("users: {bea@acme.example: {roles: [-admin]}}\n");
  CHECK(desk.in(roles_of_bea) == "support-agent, team-lead");
}

TEST_CASE("a grant that has ended is no grant, and holds nothing back") {
  const TenantFixture desk;
  grant(desk, "team-lead", "now() - interval '1 second'");
  CHECK(changes_of(desk.planned("users: {bea@acme.example: {roles: [team-lead]}}\n")) ==
        "add user_roles/bea@acme.example/team-lead");
  desk.applied("users: {bea@acme.example: {roles: [team-lead]}}\n");
  CHECK(desk.in(roles_of_bea) == "team-lead");
  desk.in("update app.user_roles set expires_at = now()");
  desk.in("delete from app.roles where key = 'team-lead'");
  grant(desk, "support-agent", "now() - interval '1 second'");
  desk.in("delete from app.users where email = 'bea@acme.example'");
  CHECK(desk.in("select count(*) from app.users where email = 'bea@acme.example'") == "0");
}

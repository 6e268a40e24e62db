// What the application may write (templates/tenant/0006_rules.sql): tables of what it is refused, each with a neighbour
// that it is not.
#include <future>

#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::test::TestPlatform;

namespace {

const std::string check_violation = "23514";
const std::string restricted = "23001";
const std::string limit = "53400";
const std::string forbidden = "42501";

// Something that is refused with `state`, and a neighbour that passes; either can be several statements.
struct Rule {
  std::string what;
  std::string refused;
  std::string state;
  std::string passes;
};

std::string user(const std::string& name) {
  return "(select id from app.users where email = '" + name + "@acme.example')";
}
std::string role(const std::string& key) { return "(select id from app.roles where key = '" + key + "')"; }
std::string give(const std::string& name, const std::string& key, const std::string& until = "null") {
  return "insert into app.user_roles (user_id, role_id, expires_at) values (" + user(name) + ", " + role(key) + ", " +
         until + ");";
}
std::string take(const std::string& name, const std::string& key) {
  return "delete from app.user_roles where user_id = " + user(name) + " and role_id = " + role(key) + ";";
}
std::string suspend(const std::string& name) {
  return "update app.users set status = 'suspended' where id = " + user(name) + ";";
}
const std::string everything = "(select id from app.permissions where key = '*')";

// acme with pack msp, whose roles have both scopes: ana its admin, ben a viewer, both active; cyd invited; dan
// suspended; eve, active, admin of the enterprise. Its plan limits projects to 2 and has no custom roles.
class Tenant {
 public:
  Tenant() {
    platform.create("acme", {"--pack", "msp"});
    given(
        "insert into app.users (email, status) values ('ben@acme.example', 'active'), ('cyd@acme.example', 'invited'), "
        "('dan@acme.example', 'suspended'), ('eve@acme.example', 'active');"
        "update app.users set status = 'active' where email like 'ana@%';" +
        give("ben", "viewer") + give("eve", "enterprise-admin") +
        "insert into app.projects (key, name) select 'p' || n, 'P' from generate_series(1, 2) n where n > (select "
        "count(*) from app.projects);"
        "update acctl.tenant set plan = 'trial', project_limit = 2, features = '{\"custom_roles\": false}'");
    app.emplace(platform.cluster.dsn(platform.app_role("acme"), "acme"), acctl::SessionOptions{});
  }

  // As superuser.
  void given(const std::string& sql) { platform.in("acme", sql); }
  std::string ask(const std::string& sql) { return platform.in("acme", sql); }

  // The state with which the application's transaction is refused; "" when it could be committed. Leaves nothing.
  std::string attempt(const std::string& sql) {
    std::string state;
    try {
      app->script("begin; " + sql + "; set constraints all immediate");
    } catch (const SqlError& error) {
      state = error.sqlstate();
    }
    app->script("rollback");
    return state;
  }

  void check(const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) {
      INFO(rule.what);
      CHECK(attempt(rule.refused) == rule.state);
      CHECK(attempt(rule.passes) == "");
    }
  }

  TestPlatform platform;
  std::optional<Connection> app;
};

std::string session_for(const std::string& name) {
  return "insert into app.sessions (user_id, token_hash, expires_at) values (" + user(name) + ", sha256('" + name +
         "'), now() + interval '1 hour');";
}
std::string key_for(const std::string& name) {
  return "insert into app.api_keys (user_id, name, prefix, key_hash) values (" + user(name) +
         ", 'k', 'abcd', sha256('" + name + "'));";
}
std::string invitation_for(const std::string& name, const std::string& address) {
  return "insert into app.invitations (user_id, email, token_hash, nonce, expires_at) values (" + user(name) + ", '" +
         address + "@acme.example', sha256('" + name + "'), '0123456789abcdef', now() + interval '1 day');";
}

}  // namespace

TEST_CASE("the application cannot leave a tenant without an active admin whose role has no end") {
  Tenant tenant;
  tenant.given("delete from app.user_roles where user_id = " + user("eve"));
  const std::string chief = "organization-admin";
  tenant.check({
      {"revoke", take("ana", chief), restricted, take("ben", "viewer")},
      {"suspend", suspend("ana"), restricted, suspend("ben")},
      {"delete", take("ana", chief) + "delete from app.users where id = " + user("ana"), restricted,
       take("ben", "viewer") + "delete from app.users where id = " + user("ben")},
      {"not signed up any more", "update app.users set status = 'invited' where id = " + user("ana"), restricted,
       "update app.users set status = 'invited' where id = " + user("ben")},
      {"for a time", "update app.user_roles set expires_at = now() + interval '1 day' where user_id = " + user("ana"),
       restricted, "update app.user_roles set expires_at = now() + interval '1 day' where user_id = " + user("ben")},
      {"another one for a time", give("ben", chief, "now() + interval '1 day'") + take("ana", chief), restricted,
       give("ben", chief) + take("ana", chief)},
      {"another one who was only invited", give("cyd", chief) + take("ana", chief), restricted,
       "update app.users set status = 'active' where id = " + user("cyd") + ";" + give("cyd", chief) +
           take("ana", chief)},
      {"first taken, then given", take("ana", chief) + give("dan", chief), restricted,
       take("ana", chief) + give("ben", chief)},
      {"in several ways", "update app.users set status = 'suspended'", restricted,
       "insert into app.user_permissions (user_id, permission_id) values (" + user("ben") + ", " + everything + ");" +
           suspend("ana")},
      // The check cannot be used up before what matters is done.
      {"after an early check",
       "update app.teams set name = name; set constraints all immediate; set constraints all "
       "deferred; " +
           take("ana", chief),
       restricted, "update app.teams set name = name; set constraints all immediate; " + take("ben", "viewer")},
      {"behind a savepoint", "savepoint s; update app.teams set name = name; rollback to s; " + take("ana", chief),
       restricted, "savepoint s; " + take("ana", chief) + "rollback to s"},
  });
  // Not by what a custom role holds, either.
  tenant.given(
      "insert into app.roles (key, name) values ('boss', 'Boss'); insert into app.role_permissions (role_id, "
      "permission_id) values (" +
      role("boss") + ", " + everything + ");" + give("ben", "boss") + take("ana", chief));
  tenant.check({{"a role's \"*\"", "delete from app.role_permissions where role_id = " + role("boss"), restricted,
                 "delete from app.role_permissions where role_id = " + role("viewer")}});
  // And for a role template.
  tenant.given(
      "insert into app.role_templates (key, name) values ('all', 'All'), ('none', 'None'); insert into "
      "app.role_template_permissions (role_template_id, permission_id) select id, " +
      everything +
      " from app.role_templates where key = 'all'; update app.users set role_template_id = (select id from "
      "app.role_templates where key = 'all') where id = " +
      user("ana") + ";" + take("ben", "boss"));
  tenant.check({{"a template's \"*\"", "delete from app.role_template_permissions", restricted,
                 "delete from app.role_templates where key = 'none'"},
                {"the template", "update app.users set role_template_id = null", restricted,
                 "update app.users set role_template_id = null where id = " + user("ben")}});
}

TEST_CASE("the application works in a tenant whose admin has not signed up, or is none for long") {
  Tenant tenant;
  const std::string chief = "organization-admin";
  tenant.given(take("eve", "enterprise-admin") + "update app.users set status = 'invited' where id = " + user("ana"));
  tenant.check({{"the invited one goes", take("ana", chief), restricted,
                 suspend("ben") + "insert into app.teams (key, name) values ('t', 'T')"},
                {"the invited one is suspended", suspend("ana"), restricted,
                 "update app.users set status = 'active' where id = " + user("ana")}});
  tenant.given("update app.users set status = 'active' where id = " + user("ana") +
               "; update app.user_roles set expires_at = now() + interval '1 day' where user_id = " + user("ana"));
  tenant.check({{"the last one for a time", take("ana", chief), restricted,
                 "update app.user_roles set expires_at = now() + interval '1 minute' where user_id = " + user("ana")}});
  // What has ended was taken by nobody, and keeps nobody from working.
  tenant.given("update app.user_roles set expires_at = now() - interval '1 day' where user_id = " + user("ana"));
  CHECK(tenant.attempt(take("ben", "viewer") + take("ana", chief)) == "");
  // acctl's own guard binds acctl, and can be loosened.
  tenant.given("update app.user_roles set expires_at = null where user_id = " + user("ana") + ";" + take("ana", chief));
}

TEST_CASE("the last admin is counted behind the lock: of two that go at the same time one stays") {
  Tenant tenant;
  tenant.given(take("eve", "enterprise-admin") + give("ben", "organization-admin"));
  Connection other(tenant.platform.cluster.dsn(tenant.platform.app_role("acme"), "acme"), {});
  tenant.app->script("begin; " + take("ana", "organization-admin"));
  auto second = std::async(std::launch::async, [&]() -> std::string {
    try {
      other.script("begin; " + take("ben", "organization-admin") + "commit");
    } catch (const SqlError& error) {
      return error.sqlstate();
    }
    return "";
  });
  while (tenant.ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != "1") {
    REQUIRE(second.wait_for(std::chrono::milliseconds(10)) == std::future_status::timeout);
  }
  tenant.app->script("commit");
  CHECK(second.get() == restricted);
  CHECK(tenant.ask("select string_agg(email, ' ') from app.admins") == "ben@acme.example");
}

TEST_CASE("the application keeps system roles, enterprise roles and what acctl manages as they are") {
  Tenant tenant;
  const std::string chief = "organization-admin";
  const auto is = [](const std::string& key) { return " where key = '" + key + "'"; };
  tenant.given("insert into app.roles (key, name) values ('mine', 'Mine')");
  tenant.check({
      {"* of a system role",
       "delete from app.role_permissions where role_id = " + role(chief) + " and permission_id = " + everything,
       restricted, "delete from app.role_permissions where role_id = " + role("viewer")},
      {"* moved to another role",
       "update app.role_permissions set role_id = " + role("mine") + " where role_id = " + role(chief) +
           " and permission_id = " + everything,
       restricted,
       "insert into app.role_permissions (role_id, permission_id) values (" + role("mine") + ", " + everything + ")"},
      {"a system role's key", "update app.roles set key = 'x'" + is(chief), restricted,
       "update app.roles set key = 'x'" + is("mine")},
      {"a system role's name", "update app.roles set name = 'X'" + is(chief), restricted,
       "update app.roles set description = 'X'" + is(chief)},
      {"a role becomes one of the enterprise", "update app.roles set scope = 'enterprise'" + is("mine"), forbidden,
       "update app.roles set name = 'X'" + is("mine")},
      {"enterprise role given", give("ben", "enterprise-admin"), forbidden, give("ben", "manager")},
      {"enterprise role taken", take("eve", "enterprise-admin"), forbidden, take("ben", "viewer")},
      {"assignment turned into one of the enterprise",
       "update app.user_roles set role_id = " + role("enterprise-admin") + " where user_id = " + user("ben"), forbidden,
       "update app.user_roles set role_id = " + role("manager") + " where user_id = " + user("ben")},
      {"enterprise role ended", "update app.user_roles set expires_at = now() where user_id = " + user("eve"),
       forbidden, "update app.user_roles set expires_at = now() where user_id = " + user("ben")},
      {"made by a manager", "insert into app.teams (key, name, manager) values ('t', 'T', 'gitops')", forbidden,
       "insert into app.teams (key, name) values ('t', 'T')"},
      {"a user's manager", "update app.users set manager = 'gitops'", forbidden,
       "update app.users set name = 'X', manager = manager"},
  });
  // What has ended holds nothing back.
  tenant.given("update app.user_roles set expires_at = now() - interval '1 s' where user_id = " + user("eve"));
  CHECK(tenant.attempt("delete from app.users where id = " + user("eve")) == "");
  tenant.given("update app.users set manager = 'directory' where id = " + user("ben"));
  CHECK(tenant.attempt("update app.users set manager = null where id = " + user("ben")) == forbidden);
}

TEST_CASE("what an enterprise has granted is neither widened, taken nor handed on by the application",
          "[rule enterprise]") {
  Tenant tenant;
  const auto holds = [&](const std::string& name, const std::string& key) {
    tenant.given("insert into acctl.enterprise_holdings (user_id, role, person, known_as, kept) values (" + user(name) +
                 ", '" + key + "', gen_random_uuid(), '" + name + "@acme.example', false)");
  };
  const auto gives = [](const std::string& key) {
    return "insert into app.role_permissions (role_id, permission_id) values (" + role(key) + ", " + everything + ")";
  };
  tenant.given(
      "insert into app.roles (key, name) values ('mine', 'Mine');"
      "insert into app.roles (key, name, scope) values ('reader', 'Reader', 'enterprise');"
      "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, app.permissions p "
      "where r.key in ('mine', 'reader') and p.key = 'reports.view';"
      "insert into app.users (email, status) values ('fay@acme.example', 'active'), ('gil@acme.example', 'invited'), "
      "('hal@acme.example', 'suspended');" +
      give("fay", "manager"));
  holds("eve", "enterprise-admin");
  for (const char* name : {"ben", "cyd", "dan"}) holds(name, "viewer");
  const auto becomes = [](const std::string& name, const std::string& status) {
    return "update app.users set status = '" + status + "' where id = " + user(name);
  };
  const auto ended = [](const std::string& name) {
    return "update app.user_roles set expires_at = now() where user_id = " + user(name);
  };
  const auto gone = [](const std::string& name) { return "delete from app.users where id = " + user(name); };
  tenant.check({
      {"taken away", take("ben", "viewer"), forbidden, take("fay", "manager")},
      {"ended", ended("ben"), forbidden, ended("fay")},
      {"turned into another role",
       "update app.user_roles set role_id = " + role("mine") + " where user_id = " + user("ben"), forbidden,
       give("ben", "mine")},
      {"an admin of the enterprise suspended", becomes("eve", "suspended"), forbidden, becomes("fay", "suspended")},
      {"a holder of another role suspended", becomes("ben", "suspended"), forbidden, becomes("gil", "suspended")},
      {"let back in", becomes("dan", "active"), forbidden, becomes("hal", "active")},
      {"invited again", becomes("ben", "invited"), forbidden, becomes("cyd", "active")},
      {"deleted", gone("cyd"), forbidden, gone("gil")},
      {"a role of the enterprise widened", gives("reader"), forbidden, gives("mine")},
      {"a granted role widened", gives("viewer"), forbidden, gives("manager")},
      {"what another role gives moved to it",
       "update app.role_permissions set role_id = " + role("reader") + " where role_id = " + role("mine"), forbidden,
       "update app.role_permissions set role_id = " + role("mine") + ", permission_id = " + everything +
           " where role_id = " + role("mine")},
      {"a role of the enterprise emptied", "delete from app.role_permissions where role_id = " + role("reader"),
       forbidden, "delete from app.role_permissions where role_id = " + role("mine")},
      {"a role of the enterprise deleted", "delete from app.roles where key = 'reader'", forbidden,
       "delete from app.roles where key = 'mine'"},
  });
}

TEST_CASE("the manager of every kind is acctl's alone") {
  Tenant tenant;
  CHECK(tenant.ask("select coalesce(string_agg(c.oid::regclass::text, ' '), '') from pg_class c join pg_attribute a on "
                   "a.attrelid = c.oid and a.attname = 'manager' where c.relnamespace = 'app'::regnamespace and "
                   "c.relkind = 'r' and has_table_privilege('acctl_app', c.oid, 'insert') and not exists (select from "
                   "pg_trigger t where t.tgrelid = c.oid and t.tgname = 'keep_manager')") == "");
}

TEST_CASE("what the plan does not allow the application does not make, and it can read its plan") {
  Tenant tenant;
  const std::string custom = "insert into app.roles (key, name) values ('mine', 'Mine')";
  const std::string project = "insert into app.projects (key, name) values ('more', 'More')";
  tenant.check({{"custom role", custom, limit, "insert into app.role_templates (key, name) values ('mine', 'Mine')"},
                {"project", project, limit, "update app.projects set name = 'X'"},
                {"enterprise role", "insert into app.roles (key, name, scope) values ('mine', 'Mine', 'enterprise')",
                 forbidden, "update app.roles set description = 'X'"}});
  CHECK(tenant.app
            ->query("select plan, seat_limit is null, seats_used, project_limit, projects_used, "
                    "storage_limit_bytes is null, storage_used_bytes, features ->> 'custom_roles' from app.plan")
            .text(0, 7) == "false");
  CHECK(tenant.ask("select concat_ws(' ', plan, seats_used, projects_used, storage_used_bytes) from app.plan") ==
        "trial 5 2 0");
  CHECK(tenant.attempt("update app.plan set plan = 'enterprise'") == forbidden);
  tenant.given("update acctl.tenant set features = '{\"custom_roles\": true}', project_limit = 3");
  CHECK(tenant.attempt(custom) == "");
  CHECK(tenant.attempt(project) == "");
  CHECK(tenant.attempt("insert into app.projects (key, name) values ('a', 'A'), ('b', 'B')") == limit);
  CHECK(tenant.attempt("insert into app.roles (key, name, scope) values ('mine', 'Mine', 'enterprise')") == forbidden);
  // Where it was never written it limits nothing, and it needs no file of its own.
  tenant.given("update acctl.tenant set features = null, project_limit = null");
  CHECK(tenant.attempt(custom + ";" + project) == "");
  CHECK(tenant.ask("select reltoastrelid from pg_class where oid = 'acctl.tenant'::regclass") == "0");
}

TEST_CASE("sessions and keys are for active people") {
  Tenant tenant;
  // Ben has had a session and a key before.
  tenant.given(
      session_for("ben") + key_for("ben") +
      "update app.sessions set ended_at = now(), token_hash = sha256('old'); update app.api_keys set revoked_at "
      "= now(), key_hash = sha256('old')");
  const auto of = [](const std::string& name) { return " where user_id = " + user(name); };
  tenant.check({
      {"session of somebody suspended", session_for("dan"), check_violation, session_for("ben")},
      {"session of somebody invited", session_for("cyd"), check_violation, session_for("ana")},
      {"key of somebody suspended", key_for("dan"), check_violation, key_for("ben")},
      {"key of somebody invited", key_for("cyd"), check_violation, key_for("ana")},
      {"session handed on", session_for("ben") + "update app.sessions set user_id = " + user("dan"), check_violation,
       session_for("ben") + "update app.sessions set last_seen_at = now()"},
      {"session opened again", suspend("ben") + "update app.sessions set ended_at = null" + of("ben"), check_violation,
       "update app.sessions set ended_at = null" + of("ben")},
      {"key made good again", suspend("ben") + "update app.api_keys set revoked_at = null" + of("ben"), check_violation,
       "update app.api_keys set revoked_at = null" + of("ben")},
  });
  // What is open when somebody ceases to be active ends with it, whatever comes next.
  for (const char* status : {"suspended", "invited"}) {
    tenant.app->script("begin; " + session_for("ben") + key_for("ben") + "update app.users set status = '" +
                       std::string(status) + "' where id = " + user("ben"));
    CHECK(tenant.app
              ->script("select (select count(*) from app.sessions where ended_at is null) + (select count(*) from "
                       "app.api_keys where revoked_at is null)")
              .integer(0, 0) == 0);
    tenant.app->script("set constraints all immediate; rollback");
  }
  // acctl prepares keys for people who have not signed up yet.
  tenant.given(key_for("cyd"));
}

TEST_CASE("a pending invitation is of somebody invited, to that user's address") {
  Tenant tenant;
  const std::string cyd = invitation_for("cyd", "cyd");
  tenant.check({
      {"of somebody active", invitation_for("ben", "ben"), check_violation, cyd},
      {"of somebody suspended", invitation_for("dan", "dan"), check_violation, invitation_for("cyd", "CYD")},
      {"to another address", invitation_for("cyd", "ben"), check_violation,
       "update app.users set email = 'new@acme.example' where id = " + user("cyd") + ";" +
           "insert into app.invitations (user_id, email, token_hash, nonce, expires_at) select id, email, sha256('x'), "
           "'0123456789abcdef', now() + interval '1 day' from app.users where email = 'new@acme.example'"},
      {"readdressed", cyd + "update app.invitations set email = 'evil@acme.example'", check_violation,
       cyd + "update app.invitations set expires_at = expires_at + interval '1 day'"},
      {"handed on", cyd + "update app.invitations set user_id = " + user("ben") + " where user_id = " + user("cyd"),
       check_violation, cyd + "update app.invitations set resends = 1"},
      {"brought back",
       cyd + "update app.users set status = 'active' where id = " + user("cyd") +
           "; update app.invitations set revoked_at = null where user_id = " + user("cyd"),
       check_violation, cyd + "update app.users set status = 'active' where id = " + user("cyd")},
  });
  // Whoever becomes active, or gets another address, has none any more.
  for (const char* change : {"status = 'active'", "status = 'suspended'", "email = 'new@acme.example'"}) {
    tenant.app->script("begin; " + cyd + "update app.users set " + std::string(change) + " where id = " + user("cyd"));
    CHECK(tenant.app
              ->script("select count(*) from app.invitations where sha256('cyd') = token_hash and revoked_at is "
                       "not null")
              .integer(0, 0) == 1);
    tenant.app->script("rollback");
  }
  // Accepting marks it first; what was accepted stays so.
  tenant.app->script(cyd);
  tenant.app->script(
      "update app.invitations set accepted_at = now() where token_hash = sha256('cyd'); update app.users "
      "set status = 'active' where id = " +
      user("cyd"));
  CHECK(tenant.ask("select accepted_at is not null and revoked_at is null from app.invitations where token_hash = "
                   "sha256('cyd')") == "t");
}

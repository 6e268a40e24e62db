// The rules of the tenant schema, as the application and acctl meet them.
#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::Transaction;
using acctl::test::TestPlatform;

namespace {

// A tenant, as its application sees it.
class Tenant {
 public:
  explicit Tenant(const std::vector<std::string>& more = {}) {
    platform.create("acme", more);
    app.emplace(platform.cluster.dsn(platform.app_role("acme"), "acme"), acctl::SessionOptions{});
  }

  std::string ask(const std::string& sql) { return platform.in("acme", sql); }

  // What the application is refused, as "sqlstate"; "" when it is not.
  std::string refusal(const std::string& sql) {
    try {
      app->script(sql);
      return "";
    } catch (const SqlError& error) {
      return error.sqlstate();
    }
  }

  // A user with a role, or with none.
  void add_user(const std::string& name, const std::string& role = "", const std::string& status = "active") {
    app->script("insert into app.users (email, status) values ('" + name + "@acme.example', '" + status + "')");
    if (!role.empty()) {
      // Not as the application, which gives no role of an enterprise.
      ask("insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where "
          "u.email = '" +
          name + "@acme.example' and r.key = '" + role + "'");
    }
  }

  std::string held(const std::string& name, const std::string& permission) {
    return ask(
        "select coalesce(level, '-') || ' ' || array_to_string(via, ',') from app.effective_permissions where "
        "email = '" +
        name + "@acme.example' and permission = '" + permission + "'");
  }

  std::int64_t revision() { return std::stoll(ask("select counter from acctl.revision")); }

  TestPlatform platform;
  std::optional<Connection> app;
};

const std::string check_violation = "23514";
const std::string foreign_key = "23503";
const std::string restricted = "23001";
const std::string exclusion = "23P01";
const std::string seats = "53400";
const std::string forbidden = "42501";

// Whether a permission is meant by "tickets.view", "tickets.*" or "*".
bool fits(const std::string& permission, const std::string& pattern) {
  return permission == pattern ||
         (pattern.ends_with(".*") && permission.starts_with(pattern.substr(0, pattern.size() - 1)));
}

int width(const std::string& level) {
  return level == "global" ? 3 : level == "group" ? 2 : level == "restricted" ? 1 : 0;
}

}  // namespace

TEST_CASE("every pack keeps what its own tests promise on a real tenant") {
  for (const acctl::Pack& pack : acctl::packs()) {
    Tenant tenant({"--pack", std::string(pack.name), "--plan", "enterprise"});
    const acctl::Definitions document = acctl::read_definitions({{std::string(pack.name), std::string(pack.yaml)}},
                                                                {.references = acctl::References::closed});
    REQUIRE_FALSE(document.tests.empty());
    for (const acctl::AccessTest& test : document.tests) {
      INFO(pack.name << ":" << test.place.line << " " << test.subject());
      REQUIRE(test.user.empty());
      const std::string name = "user" + std::to_string(test.place.line);
      tenant.add_user(name, test.role);
      tenant.ask(
          "update app.users set crm_access = true, role_template_id = (select id from app.role_templates where "
          "key = '" +
          test.role_template + "') where email like '" + name + "@%'");
      const acctl::Rows rows =
          tenant.app->query("select permission, coalesce(level, '') from app.effective_permissions where email = $1",
                            {name + "@acme.example"});
      const auto holds = [&](const std::pair<std::string, std::string>& wish) {
        for (int row = 0; row < rows.size(); ++row) {
          if (fits(std::string(rows.text(row, 0)), wish.first) &&
              (wish.second.empty() || width(std::string(rows.text(row, 1))) >= width(wish.second)))
            return true;
        }
        return false;
      };
      for (const auto& wish : test.can) {
        INFO(wish.first << " " << wish.second);
        CHECK(holds(wish));
      }
      for (const auto& wish : test.cannot) {
        INFO(wish.first << " " << wish.second);
        CHECK_FALSE(holds(wish));
      }
    }
  }
}

TEST_CASE("effective permissions are the union of all ways, the widest level wins") {
  Tenant tenant;
  tenant.add_user("ben", "support-agent");
  CHECK(tenant.held("ben", "tickets.assign") == "group role:support-agent");
  CHECK(tenant.held("ben", "settings.edit").empty());
  const std::string ben = "(select id from app.users where email = 'ben@acme.example')";
  const auto permission = [](const std::string& key) {
    return "(select id from app.permissions where key = '" + key + "')";
  };
  tenant.app->script(
      "insert into app.role_templates (key, name) values ('extra', 'Extra'); "
      "insert into app.role_template_permissions (role_template_id, permission_id, level) select id, " +
      permission("tickets.assign") +
      ", 'group' from app.role_templates; "
      "update app.users set role_template_id = (select id from app.role_templates) where id = " +
      ben);
  CHECK(tenant.held("ben", "tickets.assign") == "group role:support-agent,template:extra");
  // Without a level: the widest that the permission knows.
  tenant.app->script("insert into app.user_permissions (user_id, permission_id) values (" + ben + ", " +
                     permission("tickets.assign") + "), (" + ben + ", " + permission("settings.view") + ")");
  CHECK(tenant.held("ben", "tickets.assign") == "global direct,role:support-agent,template:extra");
  CHECK(tenant.held("ben", "settings.view") == "- direct");

  tenant.app->script("update app.user_roles set expires_at = now() - interval '1 second' where user_id = " + ben);
  CHECK(tenant.held("ben", "tickets.view").empty());
  tenant.app->script("update app.user_roles set expires_at = now() + interval '1 hour' where user_id = " + ben);
  CHECK(tenant.held("ben", "tickets.view") == "global role:support-agent");
  tenant.app->script("update app.users set status = 'suspended' where id = " + ben);
  CHECK(tenant.held("ben", "tickets.view").empty());
}

TEST_CASE("an admin holds everything, what is added later too, and always has CRM access") {
  Tenant tenant;
  tenant.add_user("eve", "admin");
  tenant.add_user("ben", "support-agent");
  tenant.ask("insert into app.permissions (key, category, levels) values ('later.thing', 'Later', '[\"group\"]')");
  CHECK(tenant.held("eve", "later.thing") == "group role:admin");
  CHECK(tenant.held("eve", "*") == "- role:admin");
  CHECK(tenant.ask("select string_agg(email, ' ' order by email) from app.admins") ==
        "ana@acme.example eve@acme.example");
  CHECK(tenant.held("eve", "crm.edit") == "- role:admin");
  CHECK(tenant.held("ben", "crm.edit").empty());
  tenant.app->script("update app.users set crm_access = true where email like 'ben%'");
  CHECK(tenant.held("ben", "crm.edit") == "- role:support-agent");
  CHECK(tenant.ask("select string_agg(email || ' ' || crm_access, ', ' order by email) from app.crm_access") ==
        "ana@acme.example true, ben@acme.example true, eve@acme.example true");
}

TEST_CASE("the limit of seats holds, and only deleting frees a seat") {
  Tenant tenant({"--seats", "2"});
  tenant.add_user("ben");
  CHECK(tenant.refusal("insert into app.users (email) values ('cyd@acme.example')") == seats);
  tenant.app->script("update app.users set status = 'suspended' where email like 'ben%'");
  CHECK(tenant.refusal("insert into app.users (email) values ('cyd@acme.example')") == seats);
  tenant.app->script("delete from app.users where email like 'ben%'");
  tenant.add_user("cyd");
  CHECK(tenant.refusal("insert into app.users (email) values ('x@acme.example'), ('y@acme.example')") == seats);
  CHECK(tenant.ask("select count(*) from app.users") == "2");
}

TEST_CASE("two transactions that both take the last seat do not both get it") {
  Tenant tenant({"--seats", "2"});
  Connection other(tenant.platform.cluster.dsn(tenant.platform.app_role("acme"), "acme"),
                   {.lock_timeout = std::chrono::milliseconds(50)});
  {
    Transaction first(*tenant.app);
    first.query("insert into app.users (email) values ('ben@acme.example')");
    CHECK_THROWS_AS(other.query("insert into app.users (email) values ('cyd@acme.example')"), acctl::Error);
    first.commit();
  }
  CHECK_THROWS_AS(other.query("insert into app.users (email) values ('cyd@acme.example')"), acctl::Error);
  CHECK(tenant.ask("select count(*) from app.users") == "2");
}

TEST_CASE("an address is one person, in whatever case") {
  Tenant tenant;
  CHECK(tenant.refusal("insert into app.users (email) values ('ANA@acme.example')") == "23505");
  for (const char* bad : {"ana", "a b@c.example", "a@b@c", "a@b\nc"}) {
    CHECK(tenant.refusal("insert into app.users (email) values (E'" + std::string(bad) + "')") == check_violation);
  }
}

TEST_CASE("there is one default each, and moving it works in one transaction") {
  Tenant tenant;
  CHECK(tenant.refusal("update app.statuses set is_default = true where key = 'closed'") == exclusion);
  CHECK(tenant.refusal("update app.priorities set is_default = true where key = 'low'") == exclusion);
  CHECK(tenant
            .refusal("begin; update app.statuses set is_default = true where key = 'closed'; update app.statuses set "
                     "is_default = false where key = 'new'; commit")
            .empty());
  CHECK(tenant.ask("select string_agg(key, ' ' order by key) from app.statuses where is_default") == "closed to-do");
}

TEST_CASE("what is in use or belongs to the system cannot be deleted") {
  Tenant tenant;
  tenant.add_user("ben", "support-agent");
  CHECK(tenant.refusal("delete from app.roles where key = 'admin'") == restricted);
  CHECK(tenant.refusal("delete from app.roles where key = 'support-agent'") == acctl::test::restricted());
  CHECK(tenant.refusal("delete from app.roles where key = 'team-lead'").empty());
  CHECK(tenant.refusal("update app.roles set system = false where key = 'admin'") == forbidden);
  CHECK(tenant.refusal("insert into app.roles (key, name, system) values ('x', 'X', true)") == forbidden);
  // All of a user's roles must be revoked before the user can go.
  CHECK(tenant.refusal("delete from app.users where email like 'ben%'") == acctl::test::restricted());
  CHECK(tenant.refusal("delete from app.user_roles where user_id = (select id from app.users where email like 'ben%')")
            .empty());
  CHECK(tenant.refusal("delete from app.users where email like 'ben%'").empty());
  CHECK(tenant.refusal("delete from app.projects where key = 'sample-project'") == acctl::test::restricted());
}

TEST_CASE("suspending a user ends every way in at once, and reactivating does not bring them back") {
  Tenant tenant;
  tenant.add_user("ben", "support-agent");
  tenant.add_user("cyd", "", "invited");
  const std::string ben = "(select id from app.users where email = 'ben@acme.example')";
  tenant.app->script(
      "insert into app.sessions (user_id, token_hash, expires_at) values (" + ben +
      ", sha256('a'), now() + interval '1 hour'); insert into app.api_keys (user_id, name, prefix, key_hash) "
      "values (" +
      ben +
      ", 'k', 'abcd', sha256('b')); insert into app.invitations (user_id, email, token_hash, nonce, expires_at) "
      "values ((select id from app.users where email = 'cyd@acme.example'), 'cyd@acme.example', sha256('c'), "
      "decode('000102030405060708090a0b0c0d0e0f', 'hex'), now() + interval '7 days')");
  const std::string open =
      "select (select count(*) from app.sessions where ended_at is null) || ' ' || (select count(*) "
      "from app.api_keys where revoked_at is null) || ' ' || (select count(*) from app.invitations "
      "where revoked_at is null and email like 'cyd%')";
  CHECK(tenant.ask(open) == "1 1 1");
  CHECK(tenant.refusal(
            "insert into app.invitations (user_id, email, token_hash, nonce, expires_at) select user_id, email, "
            "sha256('d'), nonce, expires_at from app.invitations") == "23505");
  tenant.app->script("update app.users set status = 'suspended' where email not like 'ana%'");
  CHECK(tenant.ask(open) == "0 0 0");
  CHECK(tenant.ask("select suspended_at is not null from app.users where email like 'ben%'") == "t");
  tenant.app->script("update app.users set status = 'active' where email not like 'ana%'");
  CHECK(tenant.ask(open) == "0 0 0");
  CHECK(tenant.ask("select suspended_at is null from app.users where email like 'ben%'") == "t");
}

TEST_CASE("a deleted user is gone, and what they wrote stays with a tombstone") {
  Tenant tenant;
  tenant.add_user("ben");
  tenant.app->script(
      "insert into app.tickets (subject, channel, status_id, priority_id, created_by, assignee_id) select "
      "'S', 'agent', s.id, p.id, u.id, u.id from app.statuses s, app.priorities p, app.users u where "
      "s.key = 'new' and p.key = 'normal' and u.email like 'ben%'");
  tenant.app->script("delete from app.users where email like 'ben%'");
  CHECK(tenant.ask("select a.name || ' ' || (t.assignee_id is null) from app.tickets t join app.authors a on a.id = "
                   "t.created_by") == "Deleted user true");
  CHECK(tenant.refusal("delete from app.authors") == forbidden);
}

TEST_CASE("the revision moves with the configuration, not with signing in or working", "[promise 5]") {
  Tenant tenant;
  tenant.add_user("ben", "support-agent");
  std::int64_t before = tenant.revision();
  const auto moves = [&](const std::string& sql) {
    INFO(sql);
    CHECK(tenant.refusal(sql).empty());
    const std::int64_t after = tenant.revision();
    const bool moved = after > before;
    before = after;
    return moved;
  };
  for (const char* change :
       {"update app.roles set name = 'X' where key = 'team-lead'",
        "insert into app.teams (key, name) values ('t', 'T')", "delete from app.teams",
        "update app.settings set value = '1' where key = 'session.hours'",
        "update app.users set crm_access = true where email like 'ben%'", "update app.statuses set position = 1",
        "delete from app.role_permissions where role_id = (select id from app.roles where key = 'team-lead')"}) {
    CHECK(moves(change));
  }
  for (const char* work :
       {"update app.users set last_sign_in_at = now()", "insert into app.contacts (email) values ('c@c.example')",
        "insert into app.tickets (subject, channel, status_id, priority_id) select 'S', 'portal', s.id, p.id from "
        "app.statuses s, app.priorities p where s.key = 'new' and p.key = 'low'",
        "select * from app.effective_permissions"}) {
    CHECK_FALSE(moves(work));
  }
  // What acctl protects is configuration, too, although the application cannot reach it.
  tenant.ask("insert into acctl.protections (key) values ('teams/t')");
  CHECK(tenant.revision() == ++before);
  tenant.ask("delete from acctl.protections");
  CHECK(tenant.revision() == ++before);
  CHECK(tenant.refusal("begin; update app.roles set description = 'Y'; rollback").empty());
  CHECK(tenant.revision() == before);
}

TEST_CASE("values that mean nothing are refused") {
  Tenant tenant;
  const std::string agent = "(select id from app.roles where key = 'support-agent')";
  for (const std::string& sql : std::vector<std::string>{
           "insert into app.role_permissions (role_id, permission_id, level) select " + agent +
               ", id, 'restricted' from app.permissions where key = 'reports.view'",
           "insert into app.business_hours (key, name, time_zone, hours) values ('x', 'X', 'Etc/UTC', '{\"mon\": []}')",
           "insert into app.business_hours (key, name, time_zone, hours) values ('x', 'X', 'Etc/UTC', "
           "'{\"monday\": [\"9-17\"]}')",
           "insert into app.automations (key, name, trigger_event, actions) values ('x', 'X', 'ticket.created', '[]')",
           "insert into app.custom_fields (key, name, type) values ('x', 'X', 'dropdown')",
           "insert into app.custom_fields (key, name, type) values ('x', 'X', 'formula')",
           "insert into app.forms (key, name, creates, fields) values ('x', 'X', 'item', '[1]')",
           "insert into app.email_templates (key, subject, body_text) values ('x', E'a\\nBcc: b', 'x')",
           "insert into app.statuses (key, name, applies_to, category) values ('x', 'X', 'contact', 'open')",
           "insert into app.sla_policies (key, name) values ('x', 'X')",
           "insert into app.teams (key, name) values ('Not A Key', 'X')",
           "insert into app.credentials (user_id, password_hash) select id, 'plain' from app.users"}) {
    INFO(sql);
    CHECK(tenant.refusal(sql) == check_violation);
  }
  CHECK(tenant.refusal("insert into app.business_hours (key, name, time_zone) values ('x', 'X', 'Mars/Olympus')") ==
        "22023");
  // A ticket cannot have the status of an item.
  CHECK(tenant.refusal("insert into app.tickets (subject, channel, status_id, priority_id) select 'S', 'portal', s.id, "
                       "p.id from app.statuses s, app.priorities p where s.key = 'to-do' and p.key = 'low'") ==
        foreign_key);
}

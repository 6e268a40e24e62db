// What the control database keeps by itself, whoever writes: the audit chain, and that only active tenants are routed.
#include <future>

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/migrations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/program.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::test::Cluster;

namespace {

// A control database without a platform around it.
class Control {
 public:
  Control() : session(cluster.dsn(), {}) { acctl::migrate(session, acctl::control_migrations(), ""); }

  std::string ask(const std::string& sql) const { return cluster.query("acctl", sql); }

  // The sqlstate of a refusal, "" where there is none.
  std::string refusal(const std::string& sql) {
    try {
      session.script(sql);
      return "";
    } catch (const SqlError& error) {
      return error.sqlstate();
    }
  }

  void add_tenant(const std::string& slug, const std::string& status) {
    const std::string when = status == "suspended" || status == "deleted" ? status : "hold";
    ask("insert into acctl.servers (name, dsn) values ('main', null) on conflict do nothing;"
        "with t as (insert into acctl.tenants (slug, name, status, plan, trial_ends_at, server_id, database_name,"
        "  owner_role, app_role, pack, admin_email, admin_name, support_address, storage, activated_at, schema_version,"
        "  suspended_at, deleted_at, epoch)"
        " select '" +
        slug + "', 'N', '" + status + "', 'pro', now(), s.id, '" + slug +
        "', 'o', 'a', 'helpdesk', 'a@b.example', 'A', '" + slug + "@help.example', '/s/" + slug + "', now(), 1, " +
        (when == "suspended" ? "now()" : "null") + ", " + (when == "deleted" ? "now()" : "null") +
        ", 5 from acctl.servers s returning id) insert into acctl.routes (hostname, tenant_id) select '" + slug +
        ".example', id from t");
  }

  void audit(const std::string& action, const std::string& slug = "") {
    const std::string id = slug.empty() ? "null" : "(select id from acctl.tenants where slug = '" + slug + "')";
    session.script(
        "insert into acctl.audit (at, run, actor, origin, action, outcome, tenant_id, slug, before, after, reason) "
        "values "
        "('2001-01-01', 'run', 'ana', 'host', '" +
        action + "', 'done', " + id + ", 's', '{\"a\": 1}', '{\"a\": 2}', 'why')");
  }

  const Cluster cluster;
  Connection session;
};

}  // namespace

TEST_CASE("promise 2: only an active tenant is routed") {
  Control control;
  for (const char* status : {"provisioning", "active", "suspended", "deprovisioning", "deleted", "failed"}) {
    control.add_tenant(status, status);
  }
  CHECK(control.ask("select string_agg(slug, ' ') from acctl.published_routes") == "active");
}

TEST_CASE("promise 2: what only one tenant can have is taken by one, and a tenant is not active before it is whole") {
  Control control;
  control.add_tenant("one", "active");
  control.add_tenant("two", "active");
  const std::string unique = "23505";
  const auto set = [&](const std::string& what) {
    return control.refusal("update acctl.tenants set " + what + " where slug = 'two'");
  };
  CHECK(set("slug = 'one'") == unique);
  CHECK(set("database_name = 'one'") == unique);
  CHECK(set("support_address = 'one@help.example'") == unique);
  CHECK(set("storage = '/s/one'") == unique);
  CHECK(control.refusal("update acctl.routes set hostname = 'one.example'") == unique);
  CHECK(set("activated_at = null") == "23514");
  CHECK(set("schema_version = 0") == "23514");
}

TEST_CASE("promise 3: audit entries are chained, globally and for each tenant") {
  Control control;
  control.add_tenant("one", "active");
  control.add_tenant("two", "active");
  for (const char* slug : {"one", "two", "one", ""}) control.audit("x", slug);
  CHECK(control.ask("select string_agg(id::text, ' ' order by id) from acctl.audit") == "1 2 3 4");
  CHECK(control.ask("select bool_and(a.previous = coalesce(b.hash, sha256('acctl audit'))) from acctl.audit a "
                    "left join acctl.audit b on b.id = a.id - 1") == "t");
  CHECK(control.ask(
            "select a.tenant_previous = b.hash from acctl.audit a, acctl.audit b where a.id = 3 and b.id = 1") == "t");
  CHECK(control.ask("select string_agg((tenant_previous is null)::text, ' ' order by id) from acctl.audit") ==
        "true true false true");
  CHECK(control.ask("select h.hash = a.hash and h.id = a.id from acctl.audit_head h, acctl.audit a where a.id = 4") ==
        "t");
  CHECK(control.ask("select bool_and(hash = acctl.audit_entry_hash(a)) from acctl.audit a") == "t");
  // Its time is the database's, whatever the writer claims.
  CHECK(control.ask("select bool_and(at > now() - interval '1 hour') from acctl.audit") == "t");
}

TEST_CASE("promise 3: each field of an audit entry is in its hash") {
  Control control;
  control.add_tenant("one", "active");
  control.audit("x", "one");
  control.audit("x", "one");
  // In the words of JSON; a column that is added to the entry has to be added here.
  const std::vector<std::pair<std::string, std::string>> others = {
      {"id", "9"},
      {"at", "\"2001-01-01\""},
      {"run", "\"o\""},
      {"actor", "\"o\""},
      {"origin", "\"o\""},
      {"action", "\"o\""},
      {"outcome", "\"o\""},
      {"slug", "\"o\""},
      {"before", "{\"a\": 9}"},
      {"after", "9"},
      {"reason", "\"o\""},
      {"login", "\"o\""},
      {"address", "\"192.0.2.1\""},
      {"rule", "1"},
      {"tenant_previous", "\"\\\\x00\""},
      {"previous", "\"\\\\x00\""},
      {"tenant_id", "\"00000000-0000-0000-0000-000000000000\""}};
  for (const auto& [column, value] : others) {
    INFO(column);
    CHECK(control.ask("select acctl.audit_entry_hash(jsonb_populate_record(a, '{\"" + column + "\": " + value +
                      "}')) <> hash from acctl.audit a where id = 2") == "t");
  }
  CHECK(control.ask("select count(*) from information_schema.columns where table_schema = 'acctl' and table_name = "
                    "'audit'") == std::to_string(others.size() + 1));
}

TEST_CASE("promise 3: no audit entry is changed, removed or put between others") {
  Control control;
  control.audit("x");
  control.audit("x");
  const std::string forbidden = "42501";
  CHECK(control.refusal("update acctl.audit set reason = 'other'") == forbidden);
  CHECK(control.refusal("delete from acctl.audit where id = 2") == forbidden);
  CHECK(control.refusal("truncate acctl.audit") == forbidden);
  control.session.script(
      "insert into acctl.audit (id, run, actor, origin, action, outcome) values (1, 'r', 'a', 'o', 'x', 'done')");
  CHECK(control.ask("select max(id) from acctl.audit") == "3");
}

TEST_CASE("promise 3: two writers of the audit trail come one after the other") {
  Control control;
  Connection other(control.cluster.dsn(), {});
  Connection watch(control.cluster.dsn(), {});
  acctl::Transaction transaction(control.session);
  control.audit("x");
  auto second = std::async(std::launch::async, [&] {
    other.script("insert into acctl.audit (run, actor, origin, action, outcome) values ('r', 'a', 'o', 'x', 'done')");
  });
  CHECK(acctl::test::eventually(
      [&] { return watch.query("select from pg_stat_activity where wait_event_type = 'Lock'").size() == 1; },
      std::chrono::seconds(10)));
  transaction.commit();
  CHECK_NOTHROW(second.get());
  CHECK(watch
            .query("select from acctl.audit a join acctl.audit b on b.id = a.id + 1 and b.previous = a.hash "
                   "where b.run = 'r'")
            .size() == 1);
}

// Promise 2: what acctl takes for a tenant's on a server is its own, by the mark it bears and not by its name; a
// database is made, opened, shut and dropped without anybody else coming in.
#include "provisioning/database/server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using acctl::Connection;
using acctl::DatabaseState;
using acctl::Error;
using acctl::ServerFacts;
using acctl::test::Cluster;

namespace {

const acctl::TenantNames acme = {.database = "acme",
                                 .quarantine = "acctl_deleted_1",
                                 .owner_role = "acctl_owner",
                                 .app_role = "acctl_0123456789ab_app",
                                 .mark = "acctl tenant 1"};

class Server {
 public:
  Server() : session(cluster.dsn("acctl", "postgres"), {}) {
    ask("grant create on database postgres to acctl");
    acctl::make_shared_roles(session);
    acctl::create_template_database(session, "building");
    REQUIRE(acctl::finish_template(session, "building", "template"));
  }

  std::string ask(const std::string& sql) const { return cluster.query("postgres", sql); }

  // The tenant's roles and its database, up to `open`.
  void make(bool open = true) {
    acctl::make_application_role(session, acme, {});
    acctl::copy_template(session, acme, "template");
    if (open) acctl::open_tenant_database(session, acme);
  }

  bool can_connect(const std::string& user, const std::string& database = "acme") const {
    try {
      const Connection connection(cluster.dsn(user, database), {});
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  DatabaseState database() { return acctl::look_at_databases(session, acme, "template").database; }

  std::string memberships() const {
    return ask(
        "select count(*) from pg_auth_members m where m.member = 'acctl'::regrole and not m.admin_option and "
        "m.roleid::regrole::text in ('acctl_owner', 'acctl_0123456789ab_app')");
  }

  const Cluster cluster;
  Connection session;
};

}  // namespace

TEST_CASE("promise 2: a database is the tenant's by mark or owner, and foreign whatever its name") {
  Server server;
  CHECK(server.database() == DatabaseState::absent);
  server.ask("create database acme");
  CHECK(server.database() == DatabaseState::foreign);
  server.ask("comment on database acme is 'acctl tenant 2'");
  CHECK(server.database() == DatabaseState::foreign);
  // What is to be dropped is dropped only where it is the tenant's.
  acctl::drop_tenant(server.session, acme, acctl::look_at_server(server.session, acme, "template"));
  CHECK(server.ask("select count(*) from pg_database where datname = 'acme'") == "1");
  server.ask("drop database acme");
  server.make(false);
  CHECK(server.database() == DatabaseState::unfinished);
  acctl::TenantNames other = acme;
  other.mark = "acctl tenant 2";
  CHECK(acctl::look_at_databases(server.session, other, "template").database == DatabaseState::foreign);
  acctl::open_tenant_database(server.session, acme);
  CHECK(server.database() == DatabaseState::present);
  server.ask("update pg_database set datconnlimit = -2 where datname = 'acme'");
  CHECK(server.database() == DatabaseState::broken);
}

TEST_CASE("promise 2: a role of the tenant's name that bears another mark, or none, is not taken over") {
  Server server;
  const bool marked = GENERATE(false, true);
  const std::string role = acme.app_role;
  server.ask("create role " + role);
  if (marked) server.ask("comment on role " + role + " is 'acctl tenant 2'");
  CHECK_THROWS_AS(acctl::look_at_server(server.session, acme, "template"), Error);
  server.ask("comment on role " + role + " is 'acctl tenant 1'");
  const ServerFacts facts = acctl::look_at_server(server.session, acme, "template");
  CHECK(facts.app_role);
}

TEST_CASE("promise 2: nobody comes into a database before it is open, and then its application alone") {
  Server server;
  server.ask("create role stranger login");
  server.make(false);
  CHECK_FALSE(server.can_connect(acme.app_role));
  CHECK_FALSE(server.can_connect("acctl"));
  acctl::open_tenant_database(server.session, acme);
  CHECK(server.can_connect(acme.app_role));
  CHECK(server.can_connect("acctl"));
  CHECK_FALSE(server.can_connect("stranger"));
  CHECK_FALSE(server.can_connect("stranger", "template"));
  CHECK(server.memberships() == "0");
  CHECK(server.ask("select shobj_description(oid, 'pg_database') from pg_database where datname = 'acme'") ==
        acme.mark);
}

TEST_CASE("promise 12: an application that is locked out has no session left and gets no new one") {
  Server server;
  server.make();
  Connection app(server.cluster.dsn(acme.app_role, "acme"), {});
  acctl::lock_application_out(server.session, acme);
  CHECK_THROWS_AS(app.script("select 1"), Error);
  CHECK_FALSE(server.can_connect(acme.app_role));
  CHECK(server.memberships() == "0");
  acctl::let_application_in(server.session, acme);
  CHECK(server.can_connect(acme.app_role));
}

TEST_CASE("promise 2: a held database is out of reach under another name, and comes back whole") {
  Server server;
  server.make();
  Connection someone(server.cluster.dsn("acctl", "acme"), {});
  acctl::quarantine_database(server.session, acme);
  CHECK_THROWS_AS(someone.script("select 1"), Error);
  CHECK_FALSE(server.can_connect("acctl", "acme"));
  CHECK_FALSE(server.can_connect("acctl", acme.quarantine));
  CHECK(acctl::look_at_databases(server.session, acme, "template").quarantine == DatabaseState::present);
  CHECK(server.memberships() == "0");
  acctl::restore_database(server.session, acme);
  CHECK(server.can_connect(acme.app_role));
  CHECK(server.memberships() == "0");
}

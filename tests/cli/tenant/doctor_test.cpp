// tenant doctor: each mismatch is named, and mended where nothing can be lost.
#include <filesystem>

#include "provisioning/database/migrations.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::tenant_migrations;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

// The findings of `tenant doctor SLUG`: "check: detail" lines.
std::string findings(const TestPlatform& acctl, const std::vector<std::string>& more = {"acme"}) {
  std::vector<std::string> words = {"tenant", "doctor", "-o", "json"};
  words.insert(words.end(), more.begin(), more.end());
  const Result result = acctl(words);
  std::string text;
  bool left = false;
  for (const auto& finding : result.json()) {
    CHECK(keys_of(finding) == "tenant check detail fixable fixed leftover");
    text += finding["check"].get<std::string>() + ": " + finding["detail"].get<std::string>() +
            (finding["fixed"] == true ? " [fixed]" : "") + "\n";
    left = left || finding["fixed"] == false;
  }
  CHECK(result.status == (left ? 7 : 0));
  return text;
}

void is_mended(const TestPlatform& acctl, const std::string& mismatch) {
  CHECK_THAT(findings(acctl), Catch::StartsWith(mismatch));
  CHECK_THAT(findings(acctl, {"acme", "--fix", "--dry-run"}), !Catch::Contains("[fixed]"));
  CHECK_THAT(findings(acctl, {"acme", "--fix"}), Catch::StartsWith(mismatch) && Catch::Contains("[fixed]"));
  CHECK(findings(acctl).empty());
  CHECK(acctl.control("select action || ' ' || (after ->> 'check') from acctl.audit where action = 'tenant.repair' "
                      "order by id desc limit 1") == "tenant.repair " + mismatch.substr(0, mismatch.find(':')));
}

bool application_connects(const TestPlatform& acctl) {
  try {
    Connection app(acctl.cluster.dsn(acctl.app_role("acme"), "acme"), {});
    return app.query("select count(*) from app.users").integer(0, 0) == 1;
  } catch (const acctl::Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("doctor finds nothing on a sound platform, and knows whom it is asked about") {
  const TestPlatform acctl;
  acctl.create("acme");
  CHECK(acctl({"tenant", "doctor"}).out.empty());
  CHECK(acctl({"tenant", "doctor"}).err == "1 tenant: no problems found\n");
  CHECK(acctl({"tenant", "doctor", "--match", "plan=pro"}).err == "no tenants match\n");
  CHECK(acctl({"tenant", "doctor", "-o", "json"}).out == "[]\n");
  CHECK(acctl({"tenant", "doctor", "nosuch"}).status == 3);
  CHECK(acctl({"tenant", "doctor", "--match", "plan=pro"}).status == 0);
}

TEST_CASE("doctor mends what can be mended without losing data") {
  const TestPlatform acctl;
  const auto tenant = acctl.create("acme");
  const std::string storage = tenant["resources"]["storage"];
  std::filesystem::remove_all(storage);
  is_mended(acctl, "storage: " + storage + " does not exist");
  CHECK((std::filesystem::status(storage).permissions() & std::filesystem::perms::all) ==
        std::filesystem::perms::owner_all);

  const std::string app = acctl.app_role("acme");
  acctl.control("alter role " + app + " nologin");
  is_mended(acctl, "login: the application is locked out although the tenant is active");
  CHECK(application_connects(acctl));

  acctl.control("update acctl.tenants set support_address = null; delete from acctl.routes");
  is_mended(acctl, "names: host name, support address or storage is not reserved");
  CHECK(acctl.json({"tenant", "show", "acme"})["resources"] == tenant["resources"]);

  acctl.in("acme", "drop owned by " + app + "; drop role " + app);
  is_mended(acctl, "roles: a database role of the tenant is missing");
  CHECK(application_connects(acctl));

  REQUIRE(acctl({"tenant", "suspend", "acme", "--yes"}).status == 0);
  acctl.control("alter role " + app + " login");
  is_mended(acctl, "login: the application can log in although the tenant is suspended");
  CHECK_FALSE(application_connects(acctl));
}

TEST_CASE("doctor makes a missing role of a suspended tenant again without letting the application in") {
  const TestPlatform acctl;
  acctl.create("acme");
  REQUIRE(acctl({"tenant", "suspend", "acme", "--yes"}).status == 0);
  const std::string app = acctl.app_role("acme");
  acctl.in("acme", "drop owned by " + app + "; drop role " + app);
  is_mended(acctl, "roles: a database role of the tenant is missing");
  CHECK(acctl.control("select rolcanlogin from pg_roles where rolname = '" + app + "'") == "f");
  CHECK_FALSE(application_connects(acctl));
  REQUIRE(acctl({"tenant", "resume", "acme"}).status == 0);
  CHECK(application_connects(acctl));
}

TEST_CASE("a repair that fails leaves acctl a member of no role of the tenant") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", tenant_migrations().size() - 1);
  const auto memberships = [&] {
    return acctl.control(
        "select count(*) from pg_auth_members where member = 'acctl'::regrole and "
        "roleid::regrole::text ~ '^acctl_.*_app$|_owner$' and not admin_option");
  };
  {
    Connection holder(acctl.cluster.dsn("postgres", "acme"), {});
    acctl::Transaction transaction(holder);
    transaction.query("lock table acctl.migrations in share mode");
    CHECK_THAT(findings(acctl, {"acme", "--fix", "--timeout", "500ms"}), Catch::StartsWith("database: "));
    CHECK(memberships() == "0");
  }
  CHECK_THAT(findings(acctl, {"acme", "--fix"}), Catch::Contains("[fixed]"));

  // The database cannot be opened to a role that somebody else has made meanwhile.
  const std::string app = acctl.app_role("acme");
  acctl.in("acme", "drop owned by " + app + "; drop role " + app);
  acctl.control("alter role acctl nocreaterole");
  // From PostgreSQL 16 on others make them for it.
  acctl.control(
      "do $$ declare r text; begin for r in select rolname from pg_roles where rolname like 'acctl\\_keeper\\_%' loop "
      "execute 'alter role ' || r || ' nocreaterole'; end loop; end $$");
  CHECK(acctl({"tenant", "doctor", "acme", "--fix"}).status == 7);
  CHECK(memberships() == "0");
}

TEST_CASE("memberships that an interrupted run has left are found and ended") {
  const TestPlatform acctl;
  acctl.create("acme");
  // By who makes the roles, as the run did. From PostgreSQL 16 on each who grants has an entry of its own.
  const auto join = [&](const std::string& role) {
    const std::string others = "select m.member::regrole::text from pg_auth_members m where m.roleid = '" + role +
                               "'::regrole and m.admin_option and m.member <> 'acctl'::regrole limit 1";
    const std::string maker = acctl.control("select coalesce((" + others + "), '" +
                                            (acctl::test::test_version() >= 16 ? "acctl" : "postgres") + "')");
    Connection own(acctl.cluster.dsn("postgres", "postgres"), {});
    own.script("set role " + maker + "; grant " + role + " to acctl");
  };
  join(acctl.app_role("acme"));
  is_mended(acctl, "roles: acctl is a member of the application's role, left by an interrupted run");
  acctl.give_own_owner("acme");
  join("acctl_0123456789ab_owner");
  is_mended(acctl, "roles: acctl is a member of the tenant's owner role, left by an interrupted run");
}

TEST_CASE("a database role of the tenant's name that bears another mark is never taken over") {
  for (const std::string column : {"app_role", "owner_role"}) {
    const TestPlatform acctl;
    acctl.create("acme");
    acctl.give_own_owner("acme");
    const std::string role = acctl.control("select " + column + " from acctl.tenants");
    acctl.control("comment on role " + role + " is 'acctl tenant 00000000-0000-0000-0000-000000000000'");
    const std::string before = acctl.world_but_audit();
    CHECK_THAT(findings(acctl, {"acme", "--fix"}),
               Catch::Contains("database role '" + role + "' that is not this tenant's"));
    CHECK(acctl.world_but_audit() == before);
    CHECK(acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}).status == 7);
    CHECK(acctl.control("select count(*) from pg_roles where rolname = '" + role + "'") == "1");
  }
}

TEST_CASE("doctor names what only a person can decide, and touches nothing") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const auto stays = [&](const std::string& mismatch) {
    const std::string before = acctl.world_but_audit();
    CHECK_THAT(findings(acctl, {"acme", "--fix"}), Catch::Contains(mismatch) && !Catch::Contains("[fixed]"));
    CHECK(acctl.world_but_audit() == before);
  };
  acctl.in("acme", "update acctl.tenant set tenant_id = gen_random_uuid()");
  stays("identity: the database says that it belongs to another tenant");
  acctl.in("acme", "update acctl.tenant set tenant_id = '" +
                       acctl.control("select id from acctl.tenants where slug = 'acme'") + "', epoch = 99");
  stays("identity: the tenant has seen later runs than the registry");
  acctl.in("acme", "update acctl.tenant set epoch = 1");
  acctl.control("update acctl.tenants set schema_version = 99 where slug = 'acme'");
  stays("schema: is at version " + std::to_string(tenant_migrations().size()) +
        ", the registry says 99: the database was restored from a backup");
  acctl.control("update acctl.tenants set schema_version = 4 where slug = 'acme'");
  acctl.control("comment on database acme is 'something else'; alter database acme owner to postgres");
  stays("database: database 'acme' is not the tenant's");
  acctl.control("drop database acme");
  stays("database: database 'acme' does not exist; restore it from a backup");
  // Its names were given to another tenant meanwhile.
  acctl.control(
      "update acctl.routes set tenant_id = (select id from acctl.tenants where slug = 'bert') "
      "where hostname = 'acme.acctl.localhost'");
  stays("names: host name, support address or storage is not reserved");
  CHECK(findings(acctl, {"bert"}).empty());
}

TEST_CASE("doctor finds databases and folders that belong to nobody") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("create database stray");
  acctl.control("comment on database stray is 'acctl tenant 00000000-0000-0000-0000-000000000000'");
  acctl.control("create role acctl_000000000000_app");
  acctl.control("comment on role acctl_000000000000_app is 'acctl tenant 00000000-0000-0000-0000-000000000000'");
  std::filesystem::create_directory(acctl.storage_root() + "/stray");
  const std::string found = findings(acctl, {"--fix"});
  CHECK_THAT(found, Catch::Contains("orphan: server main has the database 'stray' of a tenant that this registry does "
                                    "not know"));
  CHECK_THAT(found, Catch::Contains("orphan: server main has the role 'acctl_000000000000_app' of a tenant that this "
                                    "registry does not know"));
  CHECK_THAT(found, Catch::Contains("orphan: there is the storage " + acctl.storage_root() +
                                    "/stray of a tenant that this registry does not know"));
  CHECK(findings(acctl).empty());  // one tenant alone is not asked about the others
  CHECK(acctl.control("select count(*) from pg_database where datname = 'stray'") == "1");
}

TEST_CASE("a tenant of an older schema is brought to the head with its data, as its owner's") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string head = std::to_string(tenant_migrations().size());
  const std::string older = std::to_string(tenant_migrations().size() - 1);
  acctl.set_back("acme", tenant_migrations().size() - 1);
  is_mended(acctl, "schema: is at version " + older + ", this acctl works with " + head);
  CHECK(acctl.in("acme", "select key from app.roles") == "mine");
  CHECK(acctl.in("acme", "select count(*) from acctl.migrations") == head);
  CHECK(acctl.in("acme",
                 "select string_agg(distinct relowner::regrole::text, ' ') from pg_class where "
                 "relnamespace = 'app'::regnamespace") == "pg_database_owner");
  CHECK(acctl.control("select count(*) from pg_auth_members where member = 'acctl'::regrole and roleid::regrole::text "
                      "like 'acctl\\_%\\_owner'") == "0");
  CHECK(application_connects(acctl));
  CHECK(acctl.json({"tenant", "show", "acme"})["schema_version"] == tenant_migrations().size());
}

TEST_CASE("a tenant that cannot be looked at is a finding and does not end the examination of the others") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.control("alter role " + acctl.app_role("bert") + " nologin");
  acctl.in("acme", "revoke connect on database acme from acctl_operator");
  const std::string found = findings(acctl, {});
  CHECK_THAT(found, Catch::Contains("database: cannot connect to") && Catch::Contains("login: "));
}

TEST_CASE("a tenant's own database has the limits and features of its plan") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.in("acme", "update acctl.tenant set project_limit = 1");
  is_mended(acctl, "plan: its database has other limits or features than plan trial gives");
  acctl.control("update acctl.plans set features = features || '{\"sso\": true}' where key = 'trial'");
  is_mended(acctl, "plan: ");
  CHECK(acctl.in("acme", "select features ->> 'sso' from app.plan") == "true");
}

TEST_CASE("a tenant without an admin whose role stays is a finding") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.in("acme", "update app.user_roles set expires_at = '2040-01-01 00:00+00'");
  CHECK(findings(acctl) ==
        "admins: has no admin whose role does not expire; the last admin role expires at "
        "2040-01-01T00:00:00Z; grant an admin role with 'acctl role grant'\n");
  acctl.in("acme", "delete from app.user_roles");
  CHECK(findings(acctl) == "admins: has no admin; grant an admin role with 'acctl role grant'\n");
}

TEST_CASE("a server that is down ends no examination, and its tenants are named") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.create("carl");
  acctl.control("alter role " + acctl.app_role("acme") + " nologin");
  acctl.control(
      "insert into acctl.servers (name, region, dsn) values ('far', 'far', 'host=/nonexistent dbname=x'); update "
      "acctl.tenants set server_id = (select id from acctl.servers where name = 'far') where slug <> 'acme'");
  const std::string found = findings(acctl, {});
  CHECK_THAT(found, Catch::Contains("login: the application is locked out"));
  CHECK_THAT(found, Catch::Contains("server: server far cannot be examined for orphans: cannot connect"));
  const Result result = acctl({"tenant", "doctor", "-o", "csv"});
  CHECK(result.status == 7);
  for (const std::string slug : {"bert", "carl"})
    CHECK_THAT(result.out, Catch::Contains(slug + ",server,no,no,") && Catch::Contains("was not examined: server far"));
  CHECK(acctl({"tenant", "doctor", "acme", "--fix"}).status == 0);
  CHECK(acctl({"tenant", "purge", "--yes"}).status == 0);
}

TEST_CASE("doctor names what is wrong inside of a tenant") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  CHECK(findings(acctl).empty());
  const auto named = [&](const std::string& database, const std::string& damage, const std::string& repair,
                         const std::string& detail) {
    INFO(damage);
    acctl.in(database, damage);
    CHECK_THAT(findings(acctl), Catch::Contains(detail));
    acctl.in(database, repair);
    CHECK(findings(acctl).empty());
  };
  const std::string app = acctl.app_role("acme");
  named("acme", "update app.outbox set status = 'queued', sent_at = null, queued_at = now() - interval '2 days'",
        "update app.outbox set status = 'canceled'", "mail: 1 message waits since ");
  named("acme",
        "update app.settings set value = to_jsonb('support@bert.acctl.localhost'::text) where key = 'support.address'",
        "update app.settings set value = to_jsonb('help@acme.example'::text) where key = 'support.address'",
        "settings: setting support.address is 'support@bert.acctl.localhost', which belongs to tenant bert");
  named("acme", "update app.settings set value = to_jsonb('nowhere.example'::text) where key = 'portal.hostname'",
        "update app.settings set value = to_jsonb('acme.acctl.localhost'::text) where key = 'portal.hostname'",
        "settings: setting portal.hostname is 'nowhere.example', which the registry does not route to this tenant");
  named("acme", "alter role " + app + " createdb", "alter role " + app + " nocreatedb",
        "roles: the application's role has CREATEDB");
  named("acme", "grant pg_read_all_data to " + app, "revoke pg_read_all_data from " + app,
        "roles: the application's role is a member of pg_read_all_data");
  named("acme",
        "do $$ declare g text; begin for g in select grantor::regrole::text from pg_auth_members where member = '" +
            app + "'::regrole loop execute 'revoke acctl_app from " + app + " granted by ' || g; end loop; end $$",
        "grant acctl_app to " + app, "roles: the application's role is not a member of acctl_app");
  named("acme", "grant connect on database acme to public", "revoke connect on database acme from public",
        "roles: every role of the server may connect to the database");
  named("acme", "set session_replication_role = replica; update app.roles set key = 'gone' where key = 'admin'",
        "set session_replication_role = replica; update app.roles set key = 'admin' where key = 'gone'",
        "roles: lacks system roles of pack helpdesk: admin");
  // The limit of both tables, so that only the seats are wrong.
  acctl.in("acme", "insert into app.users (email) values ('two@acme.example'), ('three@acme.example')");
  acctl.control("update acctl.tenants set seats = 2 where slug = 'acme'");
  acctl.in("acme", "update acctl.tenant set seat_limit = 2");
  CHECK_THAT(findings(acctl), Catch::Contains("seats: 3 of 2 seats are taken"));
}

TEST_CASE("roles whose names only acctl gives are orphans although they bear no mark") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("create role acctl_00000000abcd_app");
  const std::string id = acctl.control("select id from acctl.tenants");
  acctl.control("create role older; comment on role older is 'acctl tenant " + id + "'");
  const std::string found = findings(acctl, {});
  CHECK_THAT(found, Catch::Contains("orphan: server main has the role 'acctl_00000000abcd_app' without the mark"));
  CHECK_THAT(found, Catch::Contains("orphan: server main has the role 'older' with the mark of tenant acme"));
  CHECK_FALSE(acctl.app_role("acme").empty());
}

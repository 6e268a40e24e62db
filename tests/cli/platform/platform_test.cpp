// platform init, upgrade, status; the audit trail; the rules about versions of the schema.
#include "tests/support/platform.hpp"

#include <future>

#include "provisioning/database/migrations.hpp"
#include "tests/support/catch.hpp"

using acctl::Connection;
using acctl::control_migrations;
using acctl::test::Acctl;
using acctl::test::Cluster;
using acctl::test::create_words;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TemporaryFolder;
using acctl::test::TestPlatform;

namespace {

// A server without a platform.
struct Fresh {
  Cluster cluster;
  TemporaryFolder folder;
  Acctl acctl{folder.path()};
  Fresh() { acctl.environment["ACCTL_DATABASE_URL"] = cluster.url(); }
};

std::string head() { return std::to_string(control_migrations().size()); }

}  // namespace

TEST_CASE("before platform init every command says so, and status looks") {
  const Fresh fresh;
  const auto status = fresh.acctl({"platform", "status", "-o", "json"}).json();
  CHECK(
      keys_of(status) ==
      "database initialised schema_version schema_head base_domain storage_root mail servers tenants audit context settings_from");
  CHECK(status["initialised"] == false);
  CHECK(status["schema_version"] == 0);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"tenant", "list"},
                                                {"enterprise", "list"},
                                                create_words("acme"),
                                                {"tenant", "doctor"}}) {
    const Result result = fresh.acctl(words);
    CHECK(result.status == 1);
    CHECK(result.out.empty());
    CHECK_THAT(result.err, Catch::Contains("is not initialised") && Catch::Contains("Run 'acctl platform init'."));
  }
  CHECK(fresh.acctl({"platform", "upgrade"}).status == 1);
  CHECK(fresh.cluster.query("acctl", "select to_regnamespace('acctl') is null") == "t");
}

TEST_CASE("platform init makes a platform once, and again changes nothing") {
  const Fresh fresh;
  const std::string storage = fresh.folder.path() + "/files/of tenants";
  const std::vector<std::string> init = {"platform",     "init",           "--base-domain",
                                         "help.example", "--storage-root", storage};
  const Result first = fresh.acctl(init);
  REQUIRE(first.status == 0);
  CHECK_THAT(first.err, Catch::Contains("the platform is initialised in postgresql://acctl@/acctl"));
  const auto world = [&] {
    return fresh.cluster.query("acctl",
                               "select s::text from acctl.settings s union all select m::text from acctl.migrations m "
                               "union all select v::text from acctl.servers v union all select p::text from "
                               "acctl.plans p union all select datname || datacl::text from pg_database order by 1");
  };
  const std::string before = world();
  for (const std::vector<std::string>& words : {init, std::vector<std::string>{"platform", "init"}}) {
    const Result again = fresh.acctl(words);
    CHECK(again.status == 0);
    CHECK(again.err == "the platform is already initialised; nothing changed\n");
  }
  CHECK(world() == before);
  CHECK_THAT(fresh.acctl({"platform", "upgrade"}).err, Catch::Contains("nothing changed"));
  const auto status = fresh.acctl({"platform", "status", "-o", "json"}).json();
  CHECK(status["initialised"] == true);
  CHECK(status["schema_version"] == status["schema_head"]);
  CHECK(status["base_domain"] == "help.example");
  CHECK(status["storage_root"] == storage);
  CHECK(status["servers"].dump() == R"([{"name":"main","region":"default","state":"active","tenants":0}])");
  CHECK(fresh.cluster.query("acctl", "select string_agg(key, ' ' order by position) from acctl.plans") ==
        "trial pro enterprise");
  REQUIRE(fresh.acctl(create_words("acme")).status == 0);
  CHECK(fresh.acctl({"tenant", "show", "acme", "-o", "json"}).json()["resources"]["hostnames"][0] ==
        "acme.help.example");
  CHECK(fresh.acctl({"platform", "status", "-o", "json"}).json()["tenants"].dump() == R"({"active":1})");
}

TEST_CASE("platform init with other values is a conflict and changes nothing") {
  const Fresh fresh;
  const std::string storage = fresh.folder.path() + "/files";
  REQUIRE(fresh.acctl({"platform", "init", "--base-domain", "help.example", "--storage-root", storage}).status == 0);
  const auto settings = [&] { return fresh.cluster.query("acctl", "select s::text from acctl.settings s order by 1"); };
  const std::string before = settings();
  const Result domain = fresh.acctl({"platform", "init", "--base-domain", "other.example"});
  CHECK(domain.status == 7);
  CHECK_THAT(domain.err, Catch::Contains("the base domain is help.example, not other.example") &&
                             Catch::Contains("acctl platform apply"));
  const Result both = fresh.acctl(
      {"platform", "init", "--base-domain", "help.example", "--storage-root", fresh.folder.path() + "/elsewhere"});
  CHECK(both.status == 7);
  CHECK_THAT(both.err, Catch::Contains("the storage root is " + storage));
  CHECK(settings() == before);
  CHECK(fresh.acctl({"platform", "init", "--base-domain", "help.example"}).status == 0);
}

TEST_CASE("links of invitations lead to the host name that the tenant has") {
  const TestPlatform platform;
  platform.create("acme");
  const std::string host = platform.json({"tenant", "show", "acme"})["resources"]["hostnames"][0];
  REQUIRE(platform.acctl({"platform", "apply", "-f", "-", "--yes"}, "acctl: 1\nbase_domain: other.example\n").status ==
          0);
  const auto invited = platform.json({"user", "invite", "kim@acme.example", "-t", "acme", "--print-link"});
  CHECK_THAT(invited["invited"][0]["link"].get<std::string>(), Catch::StartsWith("https://" + host + "/invitations/"));
}

TEST_CASE("promise 1: three platform init at once all succeed, and make one platform") {
  for (const std::string database : {"acctl", "control", "control", "control", "control"}) {
    const Fresh fresh;  // with none of the roles that all platforms of a server share
    Acctl acctl(fresh.folder.path());
    acctl.environment["ACCTL_DATABASE_URL"] = fresh.cluster.url("acctl", database);
    std::vector<std::future<Result>> runs;
    for (int i = 0; i < 3; ++i) {
      runs.push_back(std::async(std::launch::async, [&] { return acctl({"platform", "init"}); }));
    }
    int made = 0;
    for (std::future<Result>& run : runs) {
      const Result result = run.get();
      INFO(result.err);
      CHECK(result.status == 0);
      made += result.err.find("nothing changed") == std::string::npos ? 1 : 0;
    }
    CHECK(made >= 1);
    const auto ask = [&](const std::string& sql) { return fresh.cluster.query(database, sql); };
    CHECK(ask("select count(*) from pg_database where datname = '" + database + "'") == "1");
    CHECK(ask("select count(*) from acctl.servers") == "1");
    CHECK(ask("select count(*) from acctl.plans") == "3");
    CHECK(ask("select count(*) || ' ' || count(distinct version) from acctl.migrations") ==
          std::to_string(control_migrations().size()) + " " + std::to_string(control_migrations().size()));
    CHECK(acctl({"audit", "verify"}).status == 0);
    REQUIRE(acctl(create_words("acme")).status == 0);
  }
}

TEST_CASE("platform init creates the database that the URL names") {
  const Fresh fresh;
  const Acctl& acctl = fresh.acctl;
  Acctl other(fresh.folder.path());
  other.environment["ACCTL_DATABASE_URL"] = fresh.cluster.url("acctl", "control");
  CHECK(other({"tenant", "list"}).status == 4);
  CHECK(other({"platform", "init", "--base-domain", "No Domain"}).status == 3);
  CHECK(other({"platform", "init", "--storage-root", "relative"}).status == 3);
  CHECK(fresh.cluster.query("postgres", "select count(*) from pg_database where datname = 'control'") == "0");
  CHECK(other({"platform", "init"}).status == 0);
  CHECK(other({"tenant", "list"}).status == 0);
  CHECK(acctl({"tenant", "list"}).status == 1);
}

TEST_CASE("a platform of version 1 is upgraded, and its tenants stay") {
  const Fresh fresh;
  {
    Connection control(fresh.cluster.dsn(), {});
    acctl::migrate(control, {control_migrations().front()}, "");
    fresh.cluster.query("acctl",
                        "insert into acctl.servers (name) values ('main'); insert into acctl.settings values "
                        "('base_domain', '\"help.example\"'), ('storage_root', '\"/tmp\"')");
  }
  const Result refused = fresh.acctl({"tenant", "list"});
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, Catch::Contains("is at schema version 1, this acctl works with " + head()) &&
                              Catch::Contains("Run 'acctl platform upgrade'."));
  CHECK(fresh.acctl({"platform", "status", "-o", "json"}).json()["schema_version"] == 1);
  const Result rehearsed = fresh.acctl({"platform", "upgrade", "--dry-run", "-o", "name"});
  CHECK(rehearsed.status == 0);
  CHECK_THAT(rehearsed.out, Catch::StartsWith(std::string(control_migrations().at(1).name) + "\n"));
  CHECK(rehearsed.err ==
        "dry run: these migrations were run and rolled back; the control database is at schema version 1 of " + head() +
            "\n");
  CHECK(fresh.cluster.query("acctl", "select count(*) from acctl.migrations") == "1");
  const Result upgraded = fresh.acctl({"platform", "upgrade"});
  CHECK(upgraded.status == 0);
  CHECK(upgraded.err == "the control database is upgraded\n");
  CHECK(fresh.acctl({"tenant", "list"}).status == 0);
  CHECK(fresh.cluster.query("acctl", "select count(*) || ' ' || max(version) from acctl.migrations") ==
        head() + " " + head());
}

TEST_CASE("a newer schema and a changed migration are refused, not run") {
  const TestPlatform acctl;
  acctl.create("acme");
  const auto refused = [&](const std::vector<std::string>& words, const std::string& message) {
    const Result result = acctl(words);
    CHECK(result.status == 7);
    CHECK_THAT(result.err, Catch::Contains(message));
  };
  acctl.control("update acctl.migrations set checksum = 'x' where version = 1");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"tenant", "list"},
                                                {"platform", "upgrade"},
                                                {"platform", "init"},
                                                {"platform", "status"}})
    refused(words, "differs from the migration that this acctl has");
  acctl.control("update acctl.migrations set checksum = '" + std::string(control_migrations()[0].checksum) +
                "' where version = 1; insert into acctl.migrations values (" + head() + " + 1, 'future', 'x')");
  refused({"tenant", "list"}, "this acctl knows only " + head());
  refused({"platform", "upgrade"}, "Use the acctl that upgraded it");
  refused({"platform", "upgrade", "--dry-run"}, "Use the acctl that upgraded it");
  acctl.control("delete from acctl.migrations where name = 'future'");

  acctl.in("acme", "insert into acctl.migrations values (99, 'future', 'x')");
  const Result doctor = acctl({"tenant", "doctor", "acme", "--fix"});
  CHECK(doctor.status == 7);
  CHECK_THAT(doctor.out, Catch::Contains("this acctl knows only"));
}

TEST_CASE("each action has its entry in the audit trail") {
  const TestPlatform acctl;
  acctl({"enterprise", "create", "umbrella", "--name", "Umbrella"});
  acctl.create("acme", {"--actor", "ana", "--reason", "ticket 1"});
  acctl({"tenant", "suspend", "acme", "--yes"});
  acctl({"tenant", "resume", "acme"});
  acctl({"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"});
  CHECK(acctl.control("select string_agg(action || ' ' || outcome, ', ' order by id) from acctl.audit where action not "
                      "like 'platform.%'") ==
        "enterprise.create done, tenant.create done, tenant.activate done, tenant.suspend done, tenant.resume done, "
        "tenant.deprovision done, tenant.delete done");
  CHECK(acctl.control("select distinct actor || '|' || reason from acctl.audit where action in "
                      "('tenant.create', 'tenant.activate')") == "ana|ticket 1");
  CHECK(acctl.control("select before::text || after::text from acctl.audit where action = 'tenant.suspend'") ==
        R"({"status": "active"}{"status": "suspended"})");
  CHECK(acctl.control("select after ->> 'plan' || ' ' || (after ->> 'admin_email') from acctl.audit where action = "
                      "'tenant.create'") == "trial ana@acme.example");
  CHECK(acctl.control("select count(distinct run) from acctl.audit where action not like 'platform.%'") == "5");
  CHECK(acctl.control("select bool_and(origin like '%@%' and tenant_id is not null = (slug is not null)) from "
                      "acctl.audit") == "t");
  acctl.control("create database bert");
  acctl(create_words("bert"));
  CHECK(acctl.control("select outcome || ' ' || (after ->> 'step') from acctl.audit order by id desc limit 1") ==
        "failed database");
}

TEST_CASE("who acts comes from the flag, the environment, the pipeline, the system, in this order") {
  TestPlatform acctl;
  const auto last = [&](const std::vector<std::string>& more) {
    static int next = 0;
    std::vector<std::string> words = {"enterprise", "create", "e" + std::to_string(++next), "--name", "E"};
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(acctl(words).status == 0);
    return acctl.control("select actor || '|' || coalesce(reason, '-') from acctl.audit order by id desc limit 1");
  };
  const std::string entry = last({});
  CHECK(entry == acctl.control("select origin || '|-' from acctl.audit order by id desc limit 1"));
  acctl.acctl.environment["GITLAB_USER_LOGIN"] = "gitlab-user";
  CHECK(last({}) == "gitlab-user|-");
  acctl.acctl.environment["GITHUB_ACTOR"] = "octocat";
  CHECK(last({}) == "octocat|-");
  acctl.acctl.environment["ACCTL_ACTOR"] = "ops";
  acctl.acctl.environment["ACCTL_REASON"] = "weekly";
  CHECK(last({}) == "ops|weekly");
  CHECK(last({"--actor", "ana; drop table x'\"", "--reason", "on call"}) == "ana; drop table x'\"|on call");
}

TEST_CASE("the audit trail cannot be changed, and a change around that is found") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const std::string sound =
      "select bool_and(a.hash = acctl.audit_entry_hash(a) and a.previous = coalesce(p.hash, sha256('acctl audit')) "
      "and a.tenant_previous is not distinct from (select t.hash from acctl.audit t where t.tenant_id = a.tenant_id "
      "and t.id < a.id order by t.id desc limit 1)) and max(a.id) = (select h.id from acctl.audit_head h) and "
      "count(*) = max(a.id) from acctl.audit a left join acctl.audit p on p.id = a.id - 1";
  CHECK(acctl.control(sound) == "t");
  Connection control(acctl.cluster.dsn(), {});
  for (const char* change : {"update acctl.audit set actor = 'x'", "delete from acctl.audit", "truncate acctl.audit"}) {
    INFO(change);
    CHECK_THROWS_AS(control.query(change), acctl::Error);
  }
  CHECK(acctl.control(sound) == "t");
  const std::string around = "set session_replication_role = replica;";
  acctl.control(around + "update acctl.audit set reason = 'other' where id = 1");
  CHECK(acctl.control(sound) == "f");
  acctl.control(around + "update acctl.audit set reason = null where id = 1");
  CHECK(acctl.control(sound) == "t");
  acctl.control(around + "delete from acctl.audit where id = 2");
  CHECK(acctl.control(sound) == "f");
}

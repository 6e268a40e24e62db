// tenant migrate: tenants of an older schema are named, and brought forward once each.
#include <chrono>

#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::tenant_migrations;
using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

std::size_t head() { return tenant_migrations().size(); }

std::string version_inside(const TestPlatform& acctl, const std::string& slug) {
  return acctl.in(slug, "select count(*) || ' ' || max(version) from acctl.migrations");
}

std::string whole(std::size_t version) { return std::to_string(version) + " " + std::to_string(version); }

// "acme 4 5 migrated" for each tenant, separated by commas.
std::string outcomes(const Result& result) {
  std::string text;
  for (const auto& one : result.json()) {
    CHECK(keys_of(one) == "tenant from to migrations outcome error");
    text += (text.empty() ? "" : ", ") + one["tenant"].get<std::string>() + " " + one["from"].dump() + " " +
            one["to"].dump() + " " + one["outcome"].get<std::string>();
  }
  return text;
}

std::string said(const std::string& slug, std::size_t from, std::size_t to, const std::string& outcome) {
  return slug + " " + std::to_string(from) + " " + std::to_string(to) + " " + outcome;
}

std::string last_audit(const TestPlatform& acctl) {
  return acctl.control(
      "select slug || ' ' || action || ' ' || outcome || ' ' || (before ->> 'schema_version') || ' ' || "
      "(after ->> 'schema_version') from acctl.audit order by id desc limit 1");
}

}  // namespace

TEST_CASE("a tenant of an older schema is named with the command that migrates it, and migrated once") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", head() - 1);
  const Result refused = acctl({"team", "create", "tier-1", "--name", "Tier 1", "-t", "acme"});
  CHECK(refused.status == 1);
  CHECK_THAT(refused.err, Catch::Contains("schema version " + std::to_string(head() - 1)) &&
                              Catch::Contains("Run 'acctl tenant migrate acme'."));

  const std::string before = acctl.world();
  CHECK(outcomes(acctl({"tenant", "migrate", "acme", "--dry-run", "-o", "json"})) ==
        said("acme", head() - 1, head(), "would be migrated"));
  CHECK(acctl.world() == before);
  CHECK(version_inside(acctl, "acme") == whole(head() - 1));

  CHECK(outcomes(acctl({"tenant", "migrate", "acme", "-o", "json"})) == said("acme", head() - 1, head(), "migrated"));
  CHECK(version_inside(acctl, "acme") == whole(head()));
  CHECK(acctl.in("acme", "select key from app.roles") == "mine");
  CHECK(acctl.json({"tenant", "show", "acme"})["schema_version"] == head());
  CHECK(last_audit(acctl) == "acme tenant.migrate done " + std::to_string(head() - 1) + " " + std::to_string(head()));
  CHECK(acctl({"team", "create", "tier-1", "--name", "Tier 1", "-t", "acme"}).status == 0);

  const std::string after = acctl.world();
  CHECK(outcomes(acctl({"tenant", "migrate", "-t", "acme", "-o", "json"})) == said("acme", head(), head(), "current"));
  CHECK(acctl.world() == after);
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("what is migrated belongs to the database's owner, whose member acctl never is for others to see") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", 1);
  REQUIRE(acctl({"tenant", "migrate", "acme"}).status == 0);
  CHECK(version_inside(acctl, "acme") == whole(head()));
  CHECK(
      acctl.in("acme",
               "select string_agg(distinct relowner::regrole::text, ' ') from pg_class where relnamespace::regnamespace"
               "::text in ('app', 'acctl')") == "pg_database_owner");
  CHECK(acctl.control("select count(*) from pg_auth_members where member = 'acctl'::regrole and roleid::regrole::text "
                      "like 'acctl\\_%\\_owner'") == "0");
  Connection application(acctl.cluster.dsn(acctl.app_role("acme"), "acme"), {});
  CHECK(application.query("select count(*) from app.users").integer(0, 0) == 1);
}

TEST_CASE("of many tenants those that have a database are migrated, suspended ones too") {
  const TestPlatform acctl;
  for (const char* slug : {"acme", "bert", "carl", "dora"}) acctl.create(slug);
  for (const char* slug : {"acme", "bert"}) acctl.set_back(slug, head() - 1);
  REQUIRE(acctl({"tenant", "suspend", "bert", "--yes"}).status == 0);
  REQUIRE(acctl({"tenant", "delete", "dora", "--confirm", "dora"}).status == 0);
  CHECK(outcomes(acctl({"tenant", "migrate", "--all", "-o", "json"})) ==
        said("acme", head() - 1, head(), "migrated") + ", " + said("bert", head() - 1, head(), "migrated") + ", " +
            said("carl", head(), head(), "current"));
  CHECK(acctl.json({"tenant", "show", "bert"})["status"] == "suspended");
  CHECK(outcomes(acctl({"tenant", "migrate", "acme", "carl", "-o", "json"})) ==
        said("acme", head(), head(), "current") + ", " + said("carl", head(), head(), "current"));
  CHECK(acctl({"tenant", "migrate", "--match", "status=suspended", "-o", "name"}).out == "bert\n");

  CHECK(acctl({"tenant", "migrate", "dora"}).status == 7);
  CHECK(acctl({"tenant", "migrate", "nosuch"}).status == 3);
  CHECK(acctl({"tenant", "migrate"}).status == 3);
  CHECK(acctl({"tenant", "migrate", "acme", "-t", "bert"}).status == 3);
}

TEST_CASE("one tenant that cannot be migrated does not keep the others from it") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.set_back("acme", head() - 1);
  acctl.set_back("bert", head() - 1);
  acctl.in("acme", "update acctl.migrations set checksum = 'x' where version = 1");
  const Result result = acctl({"tenant", "migrate", "--all", "-o", "json"});
  CHECK(result.status == 6);
  CHECK(outcomes(result) == "acme null null failed, " + said("bert", head() - 1, head(), "migrated"));
  CHECK(version_inside(acctl, "acme") == whole(head() - 1));
}

TEST_CASE("a newer or changed schema and another tenant's database are refused and left alone") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  const auto refused = [&](const std::string& says) {
    const std::string before = acctl.world_but_audit();
    const Result result = acctl({"tenant", "migrate", "acme"});
    CHECK(result.status == 7);
    CHECK_THAT(result.err, Catch::Contains(says));
    CHECK(acctl.world_but_audit() == before);
  };
  acctl.in("acme", "insert into acctl.migrations values (99, 'future', 'x')");
  refused("this acctl knows only " + std::to_string(head()));
  acctl.in("acme", "delete from acctl.migrations where version = 99");
  acctl.in("acme", "update acctl.migrations set checksum = 'x' where version = 2");
  refused("differs from the migration that this acctl has");
  acctl.set_back("acme", head() - 1);
  acctl.control(
      "alter database acme rename to spare; alter database bert rename to acme; "
      "alter database spare rename to bert");
  refused("is not that of tenant acme");
  CHECK(version_inside(acctl, "bert") == whole(head() - 1));
}

TEST_CASE("a database that somebody keeps locked ends a migration with 9, and nothing is half done") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", head() - 1);
  {
    Connection holder(acctl.cluster.dsn("postgres", "acme"), {});
    acctl::Transaction transaction(holder);
    // Whatever the migration does, its record comes with it.
    transaction.query("lock table acctl.migrations in share mode");
    const Result result = acctl({"tenant", "migrate", "acme", "--timeout", "500ms"});
    CHECK(result.status == 9);
    CHECK(version_inside(acctl, "acme") == whole(head() - 1));
    CHECK(last_audit(acctl) ==
          "acme tenant.migrate failed " + std::to_string(head() - 1) + " " + std::to_string(head() - 1));
  }
  CHECK(acctl({"tenant", "migrate", "acme"}).status == 0);
  CHECK(version_inside(acctl, "acme") == whole(head()));
}

TEST_CASE("a migration whose run was killed before the registry knew is recorded by the next one") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("update acctl.tenants set schema_version = schema_version - 1");
  CHECK(outcomes(acctl({"tenant", "migrate", "acme", "-o", "json"})) == said("acme", head(), head(), "migrated"));
  CHECK(acctl.json({"tenant", "show", "acme"})["schema_version"] == head());
}

TEST_CASE("what would be migrated is listed, and nothing is run") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.set_back("acme", head() - 2);
  const std::string before = acctl.world();
  const Result planned = acctl({"tenant", "migrate", "--all", "--plan", "-o", "json"});
  CHECK(outcomes(planned) ==
        said("acme", head() - 2, head(), "would be migrated") + ", " + said("bert", head(), head(), "current"));
  const auto& known = tenant_migrations();
  CHECK(planned.json()[0]["migrations"] ==
        nlohmann::json({std::string(known[head() - 2].name), std::string(known[head() - 1].name)}));
  CHECK(planned.json()[1]["migrations"].empty());
  CHECK(acctl.world() == before);
  CHECK(version_inside(acctl, "acme") == whole(head() - 2));
}

TEST_CASE("how long a migration holds others up, and how often it tries, is the operator's choice") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", head() - 1);
  Connection holder(acctl.cluster.dsn("postgres", "acme"), {});
  {
    acctl::Transaction transaction(holder);
    transaction.query("lock table acctl.migrations in share mode");
    const auto begun = std::chrono::steady_clock::now();
    const Result result = acctl({"tenant", "migrate", "acme", "--lock-timeout", "50ms", "--attempts", "1"});
    CHECK(result.status == 9);
    CHECK_THAT(result.err, Catch::Contains("is in use"));
    // Five attempts of a second each are the default.
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(4));
    CHECK(acctl({"tenant", "migrate", "acme", "--statement-timeout", "200ms", "--lock-timeout", "20s"}).status == 9);
  }
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--lock-timeout", "0"},
                                                {"--lock-timeout", "25h"},
                                                {"--lock-timeout", "1"},
                                                {"--statement-timeout", "0"},
                                                {"--attempts", "0"},
                                                {"--attempts", "101"},
                                                {"--attempts", "x"}}) {
    INFO(wrong[0] << " " << wrong[1]);
    CHECK(acctl({"tenant", "migrate", "acme", wrong[0], wrong[1]}).status == 3);
  }
  CHECK(version_inside(acctl, "acme") == whole(head() - 1));
  CHECK(acctl({"tenant", "migrate", "acme", "--lock-timeout", "5s", "--statement-timeout", "1m"}).status == 0);
}

TEST_CASE("a schema that is not sound is not migrated, and one that a migration left so is named") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.set_back("acme", head() - 1);
  acctl.in("acme", "alter table app.contacts add constraint odd foreign key (id) references app.users not valid");
  const Result refused = acctl({"tenant", "migrate", "acme"});
  CHECK(refused.status == 7);
  CHECK_THAT(refused.err,
             Catch::Contains("before the migration, the constraint odd of app.contacts, which is not validated"));
  CHECK(version_inside(acctl, "acme") == whole(head() - 1));
  acctl.in("acme", "alter table app.contacts validate constraint odd");
  CHECK(acctl({"tenant", "migrate", "acme"}).status == 0);
}

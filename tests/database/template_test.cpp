// Template databases: one per pack and digest, built once, copied for each tenant.
#include <thread>

#include "provisioning/definitions/packs.hpp"
#include "provisioning/tenants/template_database.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::Connection;
using acctl::test::create_words;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

const std::string all =
    "select string_agg(datname, ' ' order by datname) from pg_database where datname like "
    "'acctl\\_template%'";

std::string name() { return template_name(acctl::require_pack("helpdesk")); }

std::string oid(const TestPlatform& acctl) {
  return acctl.control("select oid from pg_database where datname = '" + name() + "'");
}

void forget_template(const TestPlatform& acctl) {
  acctl.control("alter database " + name() + " is_template false");
  acctl.control("drop database " + name());
}

}  // namespace

TEST_CASE("the name of a template carries pack, schema version and digest") {
  const std::string head = std::to_string(acctl::tenant_migrations().size());
  CHECK_THAT(name(), Catch::Matches("acctl_template_helpdesk_" + head + "_[0-9a-f]{12}"));
  CHECK(name().size() <= 63);
  CHECK_THROWS_AS(acctl::require_pack("nosuch"), acctl::Error);
}

TEST_CASE("a template is used again, and nobody can connect to it") {
  const TestPlatform acctl;
  const std::string before = oid(acctl);
  acctl.create("ada");
  acctl.create("bob");
  CHECK(oid(acctl) == before);
  CHECK(acctl.control(all) == name());
  CHECK(acctl.control("select datistemplate || ' ' || datallowconn from pg_database where datname = '" + name() +
                      "'") == "true false");
  for (const char* role : {"acctl", "postgres"}) {
    CHECK_THROWS_AS(Connection(acctl.cluster.dsn(role, name()), {}), acctl::Error);
  }
  CHECK(acctl.in("ada", "select count(*) from acctl.tenant") == "1");
  CHECK(acctl.in("ada",
                 "select coalesce(string_agg(distinct relowner::regrole::text, ' '), '') from pg_class where "
                 "relnamespace::regnamespace::text in ('app', 'acctl')") == "pg_database_owner");
}

TEST_CASE("a template that is missing is made again") {
  const TestPlatform acctl;
  forget_template(acctl);
  CHECK(acctl.create("ada")["status"] == "active");
  CHECK(acctl.control(all) == name());
}

TEST_CASE("two runs that need a template at once both get their tenant, and one template stays") {
  const TestPlatform acctl;
  forget_template(acctl);
  std::vector<Result> results(3);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < results.size(); ++i) {
      threads.emplace_back([&, i] { results[i] = acctl(create_words("t" + std::to_string(i))); });
    }
  }
  for (const Result& result : results) {
    INFO(result.err);
    CHECK(result.status == 0);
  }
  CHECK(acctl.control(all) == name());
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

TEST_CASE("a template that a killed run left unfinished is dropped, one that is being built is not") {
  const TestPlatform acctl;
  forget_template(acctl);
  const std::string now = acctl.control("select floor(extract(epoch from now()))::bigint");
  const std::string old = "acctl_template_building_1700000000_0a1b2c3d";
  const std::string fresh = "acctl_template_building_" + now + "_0a1b2c3d";
  for (const std::string& database : {old, fresh}) acctl.control("create database " + database + " owner acctl");
  acctl.create("ada");
  CHECK(acctl.control(all) == fresh + " " + name());
}

TEST_CASE("a template that somebody is connected to is named with them, and the next run succeeds") {
  const TestPlatform acctl;
  acctl.control("alter database " + name() + " allow_connections true");
  {
    const Connection somebody(acctl.cluster.dsn("postgres", name()), {.application = "curious"});
    const Result result = acctl(create_words("ada"));
    CHECK(result.status == 9);
    CHECK_THAT(result.err,
               Catch::Contains("the template database " + name() + " is in use by pid") && Catch::Contains("curious"));
    CHECK(acctl.json({"tenant", "show", "ada"})["status"] == "provisioning");
  }
  CHECK(acctl.create("ada")["status"] == "active");
}

TEST_CASE("another pack of that name is another template") {
  const acctl::Pack pack = acctl::require_pack("helpdesk");
  acctl::Pack changed = pack;
  changed.digest = "0123456789abcdef";
  CHECK(template_name(changed) != template_name(pack));
}

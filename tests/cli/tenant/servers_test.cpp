// The servers that people have: other versions, settings of roles and databases, encodings, collations. What is true of
// every version runs on each that scripts/postgres.sh is told.
#include <regex>

#include "provisioning/tenants/template_database.hpp"
#include "tests/support/bad_settings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_postgres.hpp"
#include "tests/support/life.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::bad_settings;
using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::create_words;
using acctl::test::FakePostgres;
using acctl::test::live_through;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

int version(const TestPlatform& acctl) {
  return std::stoi(acctl.control("select current_setting('server_version_num')"));
}

// A file of them; its path.
std::string tenants(const TestPlatform& acctl, const std::string& prefix, int count) {
  std::string csv = "slug,name,admin_email\n";
  for (int i = 0; i < count; ++i) csv += prefix + std::to_string(i) + ",Name,ana@acme.example\n";
  acctl::test::put_file(acctl.folder.path() + "/tenants.csv", csv);
  return acctl.folder.path() + "/tenants.csv";
}

const std::string templates = "select count(*) from pg_database where datname like 'acctl\\_template\\_%'";

}  // namespace

TEST_CASE("everything that acctl does with a tenant works on this version of PostgreSQL") {
  const TestPlatform acctl;
  live_through(acctl, "acme");
}

TEST_CASE("no setting of the role or the database changes what acctl does") {
  const TestPlatform acctl;
  for (const auto& [name, value] : bad_settings(version(acctl))) {
    acctl.control("alter role acctl set " + name + " = '" + value + "'");
    acctl.control("alter database acctl set " + name + " = '" + value + "'");
  }
  live_through(acctl, "acme");
  check_ended(acctl({"tenant", "create", "-f", tenants(acctl, "many", 16), "--parallel", "8"}), 0);
}

TEST_CASE("a role for which rules are off is refused", "[promise 6]") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("alter role acctl set session_replication_role = replica");
  check_ended(acctl({"tenant", "list"}), 7, "session_replication_role");
  acctl.control("alter role acctl reset session_replication_role");
  acctl.control("alter database acme set session_replication_role = replica");
  check_ended(acctl({"team", "create", "night", "--name", "Night", "-t", "acme"}), 7, "session_replication_role");
  check_ended(acctl({"team", "list", "-t", "acme"}), 0);
}

TEST_CASE("a role that does not inherit works from version 16 on, and is refused in a sentence before") {
  const TestPlatform acctl;
  acctl.control(
      "set role acctl; revoke acctl_operator, acctl_provisioner from acctl; reset role; alter role acctl noinherit");
  const Result result = acctl({"platform", "upgrade"});
  if (version(acctl) < 160000) {
    check_ended(result, 7, "NOINHERIT");
    return;
  }
  check_ended(result, 0);
  live_through(acctl, "acme");
}

TEST_CASE("acctl administers no role of an application, so that each statement on one stays as quick") {
  const TestPlatform acctl;
  acctl.create("acme");
  CHECK(
      acctl.control("select count(*) from pg_auth_members where member = 'acctl'::regrole and roleid::regrole::text ~ "
                    "'_app$' and roleid <> 'acctl_app'::regrole") == "0");
  // Nobody else comes to what the keepers can do.
  CHECK(acctl.control("select count(*) from pg_proc p, aclexplode(p.proacl) a where p.pronamespace = "
                      "to_regnamespace('acctl_keepers') and a.grantee not in (p.proowner, 'acctl'::regrole)") == "0");
}

TEST_CASE("a tenant whose database has an owner of its own, as the first releases made it, lives on") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.give_own_owner("acme");
  acctl.set_back("acme", acctl::tenant_migrations().size() - 1);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"tenant", "migrate", "acme"},
                                                {"tenant", "suspend", "acme", "--yes"},
                                                {"tenant", "resume", "acme"},
                                                {"tenant", "doctor", "acme"},
                                                {"tenant", "delete", "acme", "--confirm", "acme"},
                                                {"tenant", "resume", "acme"},
                                                {"tenant", "delete", "acme", "--confirm", "acme", "--hold", "0"}}) {
    INFO(words[1]);
    check_ended(acctl(words), 0);
    CHECK(acctl.control("select count(*) from pg_auth_members where member = 'acctl'::regrole and not admin_option and "
                        "roleid::regrole::text ~ '^acctl_[0-9a-f]{12}_'") == "0");
  }
  CHECK(acctl.control("select count(*) from pg_roles where rolname ~ '^acctl_[0-9a-f]{12}_'") == "0");
}

TEST_CASE("after an upgrade of the system's collations templates are made anew, and data stays JSON",
          "[rule templates]") {
  const TestPlatform acctl;
  acctl.create("acme");
  const std::string one = acctl.control(templates);
  acctl.control("update pg_database set datcollversion = '0.1' where datname <> 'template0'");
  const Result result = acctl({"tenant", "create", "-f", tenants(acctl, "many", 6), "--parallel", "4", "-o", "json"});
  check_ended(result, 0);
  CHECK(nlohmann::json::accept(result.out));
  CHECK(acctl.control(templates) == one);
  CHECK(acctl.control("select count(*) from pg_database where datname like 'many%' and datcollversion = '0.1'") == "0");
  CHECK(
      acctl.control("select count(*) from pg_database where datname like 'acctl\\_template\\_%' and datistemplate and "
                    "not datallowconn") == one);
}

TEST_CASE("what a server says when a session begins is acctl's to say") {
  const TestPlatform acctl;
  acctl.control("update pg_database set datcollversion = '0.1' where datname = 'acctl'");
  const Result loud = acctl({"tenant", "list"});
  check_ended(loud, 0, "collation version");
  CHECK_FALSE(std::regex_search(loud.err, std::regex("^(WARNING|DETAIL|HINT): ")));
  CHECK(acctl({"tenant", "list", "-q"}).err.empty());
  CHECK(acctl({"tenant", "list", "-o", "json"}).err.empty());
}

TEST_CASE("tenants are UTF8 whatever the encoding and the collations of the server are") {
  using Words = std::vector<std::string>;
  std::vector<Words> servers = {{"--encoding=LATIN1", "--locale=C"},
                                {"--encoding=SQL_ASCII", "--locale=C"},
                                {"--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"}};
  if (acctl::test::test_version() >= 17) {
    servers.push_back({"--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"});
  }
  for (const Words& words : servers) {
    INFO(words.front() << " " << words.back());
    const TestPlatform acctl({.initdb = words});
    live_through(acctl, "acme");
    acctl.create("zoe", {"--admin-name", "Zo\xc3\xab \xe2\x80\xa6"});
    CHECK(acctl.control("select string_agg(distinct pg_encoding_to_char(encoding), ' ') from pg_database where datname "
                        "in ('registry', 'zoe') or datname like 'acctl\\_template%'") == "UTF8");
  }
}

TEST_CASE("a control database that is not UTF8 is refused in a sentence") {
  const TestPlatform acctl({.initdb = {"--encoding=LATIN1", "--locale=C"}});
  const Result result = acctl({"platform", "init", "--database", acctl.cluster.url("acctl", "acctl")});
  check_ended(result, 7, "is encoded in LATIN1");
  CHECK(acctl.in("acctl", "select count(*) from pg_namespace where nspname = 'acctl'") == "0");
}

TEST_CASE("a server that is too old is refused in a sentence by whatever connects") {
  const TestPlatform acctl;
  FakePostgres fourteen("14.23");
  FakePostgres thirteen("13.9");
  const auto url = [](const FakePostgres& server) {
    return "postgresql://acctl@127.0.0.1:" + server.port() + "/acctl?sslmode=disable";
  };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"platform", "init"}, {"tenant", "list"}, create_words("acme")}) {
    for (const FakePostgres* server : {&fourteen, &thirteen}) {
      std::vector<std::string> all = words;
      all.insert(all.end(), {"--database", url(*server)});
      const Result result = acctl(all);
      check_ended(result, 7, "PostgreSQL 15 or later");
      CHECK(contains(result.err, server == &fourteen ? "14.23" : "older"));
    }
  }
  acctl.control("insert into acctl.servers (name, dsn) values ('old', '" + url(fourteen) + "')");
  check_ended(acctl(create_words("acme", {"--server", "old"})), 7, "PostgreSQL 15 or later");
}

// One door: whatever command meets a database that is not as the registry and this acctl know it shows nothing of it
// and writes nothing in it. Every command of the tree is tried; a new one has to say here how it is called.
#include <map>
#include <set>

#include "cli/app.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"
#include "tests/support/two_tenants.hpp"

using acctl::Connection;
using acctl::test::Call;
using acctl::test::check_ended;
using acctl::test::commands_of;
using acctl::test::contains;
using acctl::test::difference;
using acctl::test::Result;
using acctl::test::set_mail;
using acctl::test::TenantFixture;
using acctl::test::TwoTenants;
using acctl::test::words_of;

namespace {

using Words = std::vector<std::string>;

// Works on files, on the platform or on registry rows and roles alone: what is in a tenant's database is not looked at.
const std::set<std::string> elsewhere = {"completion",
                                         "config list",
                                         "config use",
                                         "config show",
                                         "config set",
                                         "config unset",
                                         "explain",
                                         "fmt",
                                         "help",
                                         "manual",
                                         "schema",
                                         "validate",
                                         "version",
                                         "pack list",
                                         "pack show",
                                         "local up",
                                         "local down",
                                         "local status",
                                         "local url",
                                         "local destroy",
                                         "local upgrade",
                                         "platform init",
                                         "platform apply",
                                         "platform status",
                                         "platform check",
                                         "platform upgrade",
                                         "tenant list",
                                         "tenant show",
                                         "tenant status",
                                         "tenant watch",
                                         "fleet watch",
                                         "tenant edit",
                                         "tenant label",
                                         "tenant validate",
                                         "tenant plan",
                                         "tenant apply",
                                         "tenant drift",
                                         "tenant archive list",
                                         "tenant archive show",
                                         "tenant archive fetch",
                                         "tenant restore",
                                         "tenant disconnect",
                                         "tenant suspend",
                                         "tenant resume",
                                         "tenant purge",
                                         "enterprise create",
                                         "enterprise list",
                                         "enterprise show",
                                         "audit list",
                                         "audit verify",
                                         "audit head",
                                         "audit export"};

void swap(const TwoTenants& two) {
  two.acctl.control("alter database acme rename to spare");
  two.acctl.control("alter database bert rename to acme");
  two.acctl.control("alter database spare rename to bert");
}

// Every row of a tenant's database, by a session that is kept: a new one costs many times as much.
std::string all_rows(Connection& tenant) {
  const acctl::Rows rows = tenant.script(
      "select c.oid::regclass || query_to_xml(format('select t::text from %s t order by 1', c.oid::regclass), true, "
      "false, '')::text from pg_class c where c.relkind = 'r' and c.relnamespace in ('app'::regnamespace, "
      "'acctl'::regnamespace) order by 1");
  std::string text;
  for (int row = 0; row < rows.size(); ++row) text += std::string(rows.text(row, 0)) + "\n";
  return text;
}

// Every command of the tree ends with 7, shows nothing and writes nothing.
void walk(const TwoTenants& two) {
  const std::map<std::string, Call> calls = two.calls();
  Connection acme(two.acctl.cluster.dsn("postgres", "acme"), {});
  Connection bert(two.acctl.cluster.dsn("postgres", "bert"), {});
  const auto databases = [&] { return all_rows(acme) + all_rows(bert); };
  const std::string before = databases();
  const auto refuses = [&](Words words, const std::string& input) {
    words.emplace_back("--yes");
    const Result result = two.acctl(words, input);
    INFO(acctl::test::command_line(words) << " ended with " << result.status << "\n" << result.out << result.err);
    CHECK(result.status == 7);
    for (const char* mark : {"of acme", "of bert", "Mark"}) {
      CHECK_FALSE(contains(result.out, mark));
    }
  };
  const auto nothing_written = [&] {
    const std::string after = databases();
    INFO(difference(before, after));
    CHECK((after == before));
  };
  for (const std::string& leaf : commands_of(acctl::command_tree())) {
    if (elsewhere.contains(leaf)) continue;
    const auto found = calls.find(leaf);
    INFO("acctl " << leaf << ": say in this test how it is called, or that it enters no tenant's database");
    REQUIRE(found != calls.end());
    Words words = words_of(leaf);
    words.insert(words.end(), found->second.words.begin(), found->second.words.end());
    Words all = words;
    if (found->second.way != Call::Way::named) words.insert(words.end(), {"-t", "acme"});
    refuses(words, found->second.input);
    if (found->second.way == Call::Way::each) {
      all.emplace_back("--all");
      refuses(all, found->second.input);
    }
    nothing_written();
  }
  // Rows of the registry of which the tenant's own database has to know.
  refuses({"tenant", "apply", "-f",
           two.file("tenants: {acme: {name: Name of acme, admin_email: ana@acme.example, seats: 78}}\n", "seats.yaml")},
          "");
  nothing_written();
  // A saved plan names its tenants itself.
  refuses({"apply", two.plan}, "");
  nothing_written();
  CHECK(two.acctl.control("select string_agg(slug || ' ' || status, ', ' order by slug) from acctl.tenants") ==
        "acme active, bert active");
}

}  // namespace

TEST_CASE("one door: with the databases of two tenants exchanged, no command shows or writes anything",
          "[promise 11]") {
  const TwoTenants two;
  swap(two);
  walk(two);
  swap(two);
  CHECK(two.complaints().empty());
}

TEST_CASE("one door: a newer schema than this acctl's is left alone by every command", "[promise 11]") {
  const TwoTenants two;
  for (const char* slug : {"acme", "bert"}) {
    two.acctl.in(slug, "insert into acctl.migrations values (99, 'future', 'x')");
  }
  walk(two);
}

TEST_CASE("one door: a migration that is not the one acctl carries stops every command") {
  const TwoTenants two;
  for (const char* slug : {"acme", "bert"}) {
    two.acctl.in(slug, "update acctl.migrations set checksum = 'x' where version = 2");
  }
  walk(two);
}

TEST_CASE("one door: the schema that counts is what the tenant's own database says", "[promise 11]") {
  const TenantFixture desk;
  desk.acctl.control("update acctl.tenants set schema_version = 99");
  check_ended(desk({"user", "list"}), 0, "ana@acme.example");
  desk.acctl.control("update acctl.tenants set schema_version = 1");
  check_ended(desk({"team", "create", "new", "--name", "New"}), 0);
}

TEST_CASE("one door: a database without acctl's schema is not the tenant's") {
  const TenantFixture desk;
  set_mail(desk.acctl,
           "transport: maildir, folder: " + desk.acctl.folder.path() + "/mail, from: no-reply@help.example");
  desk.acctl.control("alter database acme rename to spare");
  desk.acctl.control("create database acme owner acctl");
  for (const Words& words : {Words{"user", "list"}, Words{"export"}, Words{"user", "invite", "new@x.example"},
                             Words{"team", "create", "new", "--name", "New"}, Words{"outbox", "deliver"}}) {
    check_ended(desk(words), 7, "is not that of tenant acme");
  }
  CHECK(desk.in("select count(*) from pg_namespace where nspname in ('app', 'acctl')") == "0");
}

TEST_CASE("promise 4: a tenant that a later run has taken is left to it by all who write or read") {
  const TwoTenants two;
  two.acctl.in("acme", "update acctl.tenant set epoch = 99");
  const std::string before = two.databases();
  for (const Words& words :
       {Words{"team", "create", "new", "--name", "New"}, Words{"apply", "-f", two.definitions, "--yes"},
        Words{"user", "invite", "new@x.example"}, Words{"api-key", "create", "mark@x.example", "--name", "new"},
        Words{"user", "list"}, Words{"outbox", "deliver"}}) {
    check_ended(two(words), 9, "tenant acme belongs to a later run");
  }
  CHECK((two.databases() == before));
}

// Lists of people in several tenants: rows of tenants that are not selected, and of none.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

struct Lists : TestPlatform {
  Lists() {
    for (const char* slug : {"acme", "bert", "carl"}) create(slug);
  }

  Result run(const std::vector<std::string>& words, const std::string& rows) const {
    const std::string path = folder.path() + "/people.csv";
    put_file(path, "email,external_id,tenant\n" + rows);
    std::vector<std::string> all = {"user"};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--file", path, "--role", "support-agent"});
    return (*this)(all);
  }

  std::string people(const std::string& tenant) const {
    return in(tenant,
              "select string_agg(email || ' ' || status, ', ' order by email) from app.users where email not "
              "like 'ana@%'");
  }
};

const std::vector<std::vector<std::string>> commands = {{"invite", "--idp", "entra"},
                                                        {"sync", "--idp", "entra", "--yes"}};

}  // namespace

TEST_CASE("a row for a tenant that does not exist makes a list invalid, and nobody is touched") {
  const Lists acctl;
  REQUIRE(acctl({"tenant", "delete", "carl", "--confirm", "carl", "--hold", "0"}).status == 0);
  check_ended(
      acctl.run({"sync", "--idp", "entra", "--yes", "-t", "acme"}, "bea@x.example,E1,acme\ncy@x.example,E2,acme\n"), 0);
  for (std::vector<std::string> words : commands) {
    words.insert(words.end(), {"-t", "acme", "-t", "bert"});
    INFO(words.front());
    const Result result = acctl.run(words,
                                    "bea@x.example,E1,acme\nnew@x.example,E3,bert\ncy@x.example,E2,acne\n"
                                    "dan@x.example,E4,carl\n");
    check_ended(result, 3, "people.csv:4: there is no tenant 'acne'; did you mean 'acme'?");
    check_ended(result, 3, "people.csv:5: tenant carl is deleted");
  }
  CHECK(acctl.people("acme") == "bea@x.example invited, cy@x.example invited");
  CHECK(acctl.people("bert").empty());
}

TEST_CASE("rows of tenants that are not selected are left out, and named with line and reason") {
  const Lists acctl;
  for (const char* slug : {"acme", "carl"}) REQUIRE(acctl({"tenant", "label", slug, "in=yes"}).status == 0);
  REQUIRE(acctl({"tenant", "suspend", "carl", "--yes"}).status == 0);
  const std::string rows = "bea@x.example,E1,acme\ncy@x.example,E2,bert\ndan@x.example,E3,carl\neve@x.example,E4,\n";
  for (std::vector<std::string> words : commands) {
    words.insert(words.end(), {"--match", "label.in=yes"});
    INFO(words.front());
    const Result result = acctl.run(words, rows);
    check_ended(result, 0, "people.csv:3: cy@x.example is left out: tenant bert is not selected");
    check_ended(result, 0, "people.csv:4: dan@x.example is left out: tenant carl is suspended");
    CHECK_FALSE(contains(result.err, "eve@x.example is left out"));
    CHECK_FALSE(contains(result.err, "bea@x.example is left out"));
  }
  CHECK(acctl.people("acme") == "bea@x.example invited, eve@x.example invited");
  CHECK(acctl.people("bert").empty());
}

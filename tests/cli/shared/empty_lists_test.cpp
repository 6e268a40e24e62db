// A list that is empty says so on standard error, and a name in a filter that nothing bears is refused.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TenantFixture;

TEST_CASE("empty lists say so on standard error, and nothing on standard output") {
  const TenantFixture desk;
  const auto says = [&](const std::vector<std::string>& words, const std::string& sentence) {
    INFO(sentence);
    const Result result = desk.acctl(words);
    CHECK(result.status == 0);
    CHECK(contains(result.err, sentence + "\n"));
    CHECK(result.out.empty());
  };
  says({"user", "list", "-t", "acme", "--status", "suspended"}, "no users match");
  says({"team", "list", "-t", "acme"}, "no teams match");
  says({"role", "list", "-t", "acme", "--expiring", "1d"}, "no grants match");
  says({"role-template", "list", "-t", "acme"}, "no role templates match");
  says({"api-key", "list", "-t", "acme"}, "no API keys match");
  says({"log", "-t", "acme"}, "no runs match");
  says({"audit", "list", "--action", "nothing.*"}, "no entries match");
  says({"enterprise", "list"}, "there are no enterprises");
  CHECK(desk.acctl({"team", "list", "-t", "acme", "-o", "json"}).out == "[]\n");
  CHECK(desk.acctl({"team", "list", "-t", "acme", "-q"}).err.empty());
}

TEST_CASE("a role, team or recipient in a filter that no tenant has is refused") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.applied("teams: {night: {name: Night}}\n");
  check_ended(desk({"user", "list", "--role", "support-agnet"}), 3,
              "there is no role 'support-agnet'; did you mean 'support-agent'?");
  check_ended(desk.acctl({"user", "list", "--role", "nosuch", "--all"}), 3,
              "there is no role 'nosuch' (in none of 2 tenants)");
  check_ended(desk({"user", "list", "--team", "nihgt"}), 3, "there is no team 'nihgt'; did you mean 'night'?");
  check_ended(desk.acctl({"user", "list", "--team", "night", "--all"}), 0, "no users match");
  check_ended(desk({"user", "list", "--role", "support-agent"}), 0, "no users match");
  check_ended(desk({"outbox", "list", "--to", "anna@acme.example"}), 3, "there is no user 'anna@acme.example'");
  check_ended(desk({"outbox", "list", "--to", "ana@acme.example"}), 0);
}

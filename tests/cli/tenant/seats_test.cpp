// The seats of a tenant as they are now: on its own page always, in lists as acctl saw them last, with their age.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

nlohmann::ordered_json shown(const TenantFixture& desk) { return desk.acctl.json({"tenant", "show", "acme"})["seats"]; }

nlohmann::ordered_json listed(const TenantFixture& desk, const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"tenant", "list", "acme"};
  words.insert(words.end(), more.begin(), more.end());
  return desk.acctl.json(words)[0]["seats"];
}

void set_limit(const TenantFixture& desk, int seats) {
  const std::string limit = std::to_string(seats);
  desk.acctl.control("update acctl.tenants set seats = " + limit);
  desk.in("update acctl.tenant set seat_limit = " + limit);
}

}  // namespace

TEST_CASE("tenant show asks the tenant how many seats are taken") {
  const TenantFixture desk;
  CHECK(shown(desk)["used"] == 1);
  desk.by_hand("insert into app.users (email) values ('bea@acme.example')");
  CHECK(shown(desk)["used"] == 2);
  CHECK(shown(desk)["limit"] == 10);
  CHECK(shown(desk)["as_of"].is_string());
  check_ended(desk.acctl({"tenant", "suspend", "acme", "--reason", "x", "--yes"}), 0);
  CHECK(shown(desk)["used"] == 2);
}

TEST_CASE("tenant show of a tenant that cannot be asked shows what was seen last, and says so") {
  const TenantFixture desk;
  desk.acctl.control("alter database acme rename to acme_away");
  const Result result = desk.acctl({"tenant", "show", "acme", "-o", "json"});
  check_ended(result, 0, "because the tenant cannot be asked");
  CHECK(result.json()["seats"]["used"] == 1);
}

TEST_CASE("tenant list shows the seats that acctl saw last, and every run that changes people looks") {
  const TenantFixture desk;
  CHECK(listed(desk)["as_of"].is_string());
  desk.acctl.control("update acctl.tenants set seats_as_of = '2020-01-01'");
  check_ended(desk({"user", "invite", "bea@acme.example"}), 0);
  CHECK(listed(desk)["used"] == 2);
  CHECK_FALSE(contains(listed(desk).dump(), "2020-01-01"));
  check_ended(desk.apply("users:\n  cal@acme.example: {roles: [support-agent]}\n"), 0);
  CHECK(listed(desk)["used"] == 3);
  check_ended(desk({"user", "delete", "bea@acme.example", "--yes"}), 0);
  CHECK(listed(desk)["used"] == 2);
  // A rehearsal takes none.
  check_ended(desk({"user", "invite", "dan@acme.example", "--dry-run"}), 0);
  CHECK(listed(desk)["used"] == 2);
}

TEST_CASE("tenant list --refresh asks the tenants, and remembers what they say") {
  const TenantFixture desk;
  desk.by_hand("insert into app.users (email) values ('bea@acme.example')");
  CHECK(listed(desk)["used"] == 1);
  CHECK(listed(desk, {"--refresh", "--dry-run"})["used"] == 2);
  CHECK(listed(desk)["used"] == 1);
  CHECK(listed(desk, {"--refresh"})["used"] == 2);
  CHECK(listed(desk)["used"] == 2);
}

TEST_CASE("commands that add people say so once 90 % of the seats are taken") {
  const TenantFixture desk;
  set_limit(desk, 4);
  CHECK_FALSE(contains(desk({"user", "invite", "bea@acme.example"}).err, "seats are taken"));
  check_ended(desk({"user", "invite", "cal@acme.example", "dan@acme.example"}), 0,
              "tenant acme: 4 of 4 seats are taken");
  set_limit(desk, 5);
  check_ended(desk.apply("users:\n  eve@acme.example: {roles: [support-agent]}\n"), 0,
              "tenant acme: 5 of 5 seats are taken");
}

TEST_CASE("whatever command meets the limit of seats says the same") {
  const TenantFixture desk;
  set_limit(desk, 1);
  const std::string refusal = "the limit of 1 seats is exceeded: 2 would be taken";
  const std::string hint = "Delete users who are not needed, or raise the limit.";
  const std::string path = desk.acctl.folder.path() + "/directory.csv";
  acctl::test::put_file(path, "email,external_id\nbea@acme.example,e-1\n");
  for (const Result& result : {desk({"user", "invite", "bea@acme.example"}),
                               desk.apply("users:\n  bea@acme.example: {roles: [support-agent]}\n"),
                               desk({"user", "sync", "-f", path, "--yes"})}) {
    check_ended(result, 5, refusal);
    check_ended(result, 5, hint);
  }
}

// Invitations that are sent again, several at once.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::difference;
using acctl::test::TenantFixture;

namespace {

// "bea@acme.example, cal@acme.example": whose new message waits.
std::string resent(const TenantFixture& desk) {
  return desk.in(
      "select coalesce(string_agg(recipient, ', ' order by recipient), '') from app.outbox "
      "where purpose = 'resend' and status = 'queued'");
}

void expire(const TenantFixture& desk, const std::string& email) {
  desk.in(
      "update app.invitations set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' "
      "where email = '" +
      email + "'");
}

}  // namespace

TEST_CASE("resend renews several invitations in one run, and every old link dies while every new one works") {
  const TenantFixture desk;
  const auto invited = desk.json({"user", "invite", "bea@acme.example", "cal@acme.example", "--print-link"});
  const auto sent = desk.json({"user", "resend", "bea@acme.example", "cal@acme.example", "--print-link"});
  REQUIRE(sent.size() == 2);
  CHECK(resent(desk) == "bea@acme.example, cal@acme.example");
  CHECK(desk.in("select count(*) from acctl.runs where command = 'user resend'") == "1");
  for (const auto& person : invited["invited"]) {
    check_ended(desk({"user", "accept"}, person["link"].get<std::string>()), 3, "this is not a token");
  }
  for (const auto& person : sent) check_ended(desk({"user", "accept"}, person["link"].get<std::string>()), 0);
}

TEST_CASE("resend with a mistyped address or somebody who has signed up among others touches nothing") {
  const TenantFixture desk;
  desk.acctl.create("other");
  desk.json({"user", "invite", "bea@acme.example", "cal@acme.example"});
  desk.in("update app.users set status = 'active' where email = 'cal@acme.example'");
  const std::string before = desk.everything();
  check_ended(desk({"user", "resend", "bea@acme.example", "nobody@acme.example"}), 3, "there is no user 'nobody@");
  check_ended(desk({"user", "resend", "bea@acme.example", "cal@acme.example"}), 7, "cal@acme.example is active");
  check_ended(desk({"user", "resend", "bea@acme.example", "cal@acme.example", "--dry-run"}), 7, "is active");
  check_ended(desk.acctl({"user", "resend", "bea@acme.example", "nobody@acme.example", "--all"}), 3,
              "in none of 2 tenants");
  check_ended(desk({"user", "resend"}), 3, "no user is given");
  check_ended(desk({"user", "resend", "bea@acme.example", "--expired"}), 3, "cannot be combined");
  CHECK(difference(before, desk.everything()) == "");
  check_ended(desk({"user", "resend", "bea@acme.example", "--dry-run"}), 0);
  CHECK(difference(before, desk.everything()) == "");
}

TEST_CASE("promise 14: resend --as tells nobody who exists, or who holds what, who may not see users") {
  const TenantFixture desk;
  desk.applied("users:\n  lo@acme.example: {}\n  bea@acme.example: {}\n  cal@acme.example: {roles: [team-lead]}\n");
  desk.in("update app.users set status = 'active' where email like 'lo@%'");
  const auto told = [&](const std::string& who) {
    std::vector<std::string> words = {"user", "resend", who, "--as", "lo@acme.example"};
    const auto result = desk(words);
    return std::to_string(result.status) + result.out + result.err;
  };
  const std::string answer = told("nobody@acme.example");
  CHECK(answer.starts_with("5"));
  CHECK(acctl::test::contains(answer, "may not see users"));
  for (const std::string who : {"bea@acme.example", "cal@acme.example", "ana@acme.example", "--all-invited"}) {
    INFO(who);
    CHECK(told(who) == answer);
  }
}

TEST_CASE("resend --expired renews expired and missing invitations, --all-invited every one") {
  const TenantFixture desk;
  desk.in("update app.users set status = 'active' where email = 'ana@acme.example'");
  check_ended(desk({"user", "resend", "--expired"}), 0, "no invitation to send again");
  desk.json({"user", "invite", "bea@acme.example", "cal@acme.example", "dan@acme.example"});
  expire(desk, "bea@acme.example");
  desk.in("update app.invitations set revoked_at = now() where email = 'cal@acme.example'");
  check_ended(desk({"user", "resend", "--expired"}), 0);
  CHECK(resent(desk) == "bea@acme.example, cal@acme.example");
  CHECK(desk.in("select count(*) from app.invitations where accepted_at is null and revoked_at is null "
                "and expires_at > now() and email in ('bea@acme.example', 'cal@acme.example')") == "2");
  check_ended(desk({"user", "resend", "--all-invited"}), 0);
  CHECK(resent(desk) == "bea@acme.example, cal@acme.example, dan@acme.example");
}

// An invited person always has one way in: a new address or status brings a new invitation, its lifetime is the
// tenant's, and lists, reviews and the user's own page show who cannot sign up.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::TenantFixture;

namespace {

const std::string bea = "bea@acme.example";
const std::string new_bea = "bea.new@acme.example";

// Whose invitations are pending, but the first administrator's.
std::string pending(const TenantFixture& desk) {
  return desk.in(
      "select coalesce(string_agg(i.email, ' ' order by i.email), '') from app.invitations i "
      "where i.accepted_at is null and i.revoked_at is null and i.email not like 'ana@%'");
}

// The messages to bea, under either address, in the order in which they were queued.
std::string messages_to_bea(const TenantFixture& desk) {
  return desk.in(
      "select coalesce(string_agg(recipient || ' ' || status, ', ' order by queued_at, recipient), '') "
      "from app.outbox where recipient like 'bea%'");
}

std::string list(const TenantFixture& desk, const std::string& state) {
  std::string emails;
  for (const auto& user : desk.json({"user", "list", "--invitation", state})) {
    emails += (emails.empty() ? "" : " ") + user["email"].get<std::string>();
  }
  return emails;
}

void expire_bea(const TenantFixture& desk) {
  desk.in(
      "update app.invitations set created_at = now() - interval '9 days', expires_at = now() - interval '1 day' "
      "where email = '" +
      bea + "'");
}

}  // namespace

TEST_CASE("an invited user whose address is edited gets a new invitation there") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", bea}), 0);
  check_ended(desk({"user", "edit", bea, "--email", new_bea}), 0);
  CHECK(pending(desk) == new_bea);
  CHECK(messages_to_bea(desk) == bea + " canceled, " + new_bea + " queued");
  // Once more changes nothing.
  check_ended(desk({"user", "edit", bea, "--email", new_bea}), 0, "nothing to change");
  CHECK(messages_to_bea(desk) == bea + " canceled, " + new_bea + " queued");
}

TEST_CASE("an invited user who is renamed by a file gets a new invitation") {
  const TenantFixture desk;
  check_ended(desk.apply("users:\n  " + bea + ": {roles: [support-agent]}\n"), 0);
  check_ended(desk.apply("users:\n  " + new_bea + ": {roles: [support-agent], previously: [" + bea + "]}\n"), 0);
  CHECK(pending(desk) == new_bea);
  CHECK(messages_to_bea(desk) == bea + " canceled, " + new_bea + " queued");
}

TEST_CASE("an invited user whom the directory gives another address gets a new invitation") {
  const TenantFixture desk;
  const std::string path = desk.acctl.folder.path() + "/directory.csv";
  put_file(path, "email,external_id\n" + bea + ",e-1\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0);
  put_file(path, "email,external_id\n" + new_bea + ",e-1\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0);
  CHECK(pending(desk) == new_bea);
}

TEST_CASE("a user who has signed up gets no invitation with a new address") {
  const TenantFixture desk;
  const auto invited = desk.json({"user", "invite", bea, "--print-link"});
  check_ended(desk({"user", "accept"}, invited["invited"][0]["link"].get<std::string>()), 0);
  check_ended(desk({"user", "edit", bea, "--email", new_bea}), 0);
  CHECK(pending(desk).empty());
}

TEST_CASE("a reactivated user who never signed up gets a new invitation") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", bea}), 0);
  check_ended(desk({"user", "deactivate", bea, "--yes"}), 0);
  CHECK(pending(desk).empty());
  check_ended(desk({"user", "reactivate", bea}), 0, bea + " has never signed up and gets a new invitation");
  CHECK(pending(desk) == bea);
  CHECK(messages_to_bea(desk) == bea + " canceled, " + bea + " queued");
}

TEST_CASE("invitations live as long as the tenant's setting says, and as long as --expires says") {
  const TenantFixture desk;
  const auto days = [&](const std::string& email) {
    return desk.in("select round(extract(epoch from expires_at - now()) / 86400) from app.invitations where email = '" +
                   email + "' and revoked_at is null");
  };
  check_ended(desk.apply("settings:\n  invitations.expire_days: 30\n"), 0);
  check_ended(desk({"user", "invite", bea}), 0);
  CHECK(days(bea) == "30");
  check_ended(desk.apply("users:\n  cal@acme.example: {roles: [support-agent]}\n"), 0);
  CHECK(days("cal@acme.example") == "30");
  check_ended(desk({"user", "resend", bea, "--expires", "2d"}), 0);
  CHECK(days(bea) == "2");
  check_ended(desk({"user", "resend", bea}), 0);
  CHECK(days(bea) == "30");
  // What is no number of days counts as not set.
  desk.in(R"(update app.settings set value = '"soon"' where key = 'invitations.expire_days')");
  check_ended(desk({"user", "resend", bea}), 0);
  CHECK(days(bea) == "7");
}

TEST_CASE("expired and missing invitations are seen in lists, on the user's page and in reviews") {
  const TenantFixture desk;
  check_ended(desk({"user", "invite", bea, "cal@acme.example", "dan@acme.example"}), 0);
  expire_bea(desk);
  desk.in("update app.invitations set revoked_at = now() where email = 'cal@acme.example'");
  CHECK(list(desk, "expired") == bea);
  CHECK(list(desk, "missing") == "cal@acme.example");
  CHECK(contains(list(desk, "pending"), "dan@acme.example"));
  CHECK_FALSE(contains(list(desk, "pending"), bea));
  check_ended(desk({"user", "list"}), 0, "INVITATION");
  CHECK(desk.json({"user", "show", bea})["invitation"] == "expired");
  CHECK(desk.json({"user", "show", "cal@acme.example"})["invitation"] == "missing");
  CHECK(desk.json({"user", "show", "cal@acme.example"})["invitation_expires_at"].is_null());
  for (const auto& person : desk.json({"review"})) {
    const std::string flags = person["flags"].dump();
    CHECK(contains(flags, "invitation expired") == (person["email"] == bea));
    CHECK(contains(flags, "no invitation") == (person["email"] == "cal@acme.example"));
  }
}

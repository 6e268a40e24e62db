// A user who gets another address is the same user, also where automations and views name them.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::changes_of;
using acctl::test::check_ended;
using acctl::test::put_file;
using acctl::test::TenantFixture;

namespace {

const std::string named = R"(users: {ben@acme.example: {name: Ben}, cleo@acme.example: {name: Cleo}}
automations:
  to-ben:
    name: To Ben
    trigger: ticket.created
    conditions: {assignee: [ben@acme.example, cleo@acme.example]}
    actions: [{assign_user: ben@acme.example}, {notify: [cleo@acme.example, admins]}]
)";

std::string automation(const TenantFixture& desk) {
  return desk.in("select conditions::text || actions::text from app.automations where key = 'to-ben'");
}

}  // namespace

TEST_CASE("a new address follows into documents, by words and by a list, and back with undo") {
  const TenantFixture desk;
  desk.applied(named);
  const std::string before = automation(desk);
  const auto moved = desk.json({"user", "edit", "ben@acme.example", "--email", "ben.ames@acme.example"});
  CHECK(changes_of(moved) == "change users/ben.ames@acme.example, change automations/to-ben");
  CHECK(automation(desk) ==
        R"({"assignee": ["ben.ames@acme.example", "cleo@acme.example"]})"
        R"([{"assign_user": "ben.ames@acme.example"}, {"notify": ["cleo@acme.example", "admins"]}])");
  check_ended(desk({"undo", moved["run"], "--yes"}), 0);
  CHECK(automation(desk) == before);

  // Ben and Cleo exchange their addresses.
  desk.in("update app.users set external_id = split_part(email, '@', 1) where email <> 'admin@acme.example'");
  const std::string path = desk.acctl.folder.path() + "/swap.csv";
  put_file(path, "email,external_id\ncleo@acme.example,ben\nben@acme.example,cleo\n");
  check_ended(desk({"user", "sync", "-f", path, "--yes"}), 0);
  CHECK(automation(desk) == R"({"assignee": ["cleo@acme.example", "ben@acme.example"]})"
                            R"([{"assign_user": "cleo@acme.example"}, {"notify": ["ben@acme.example", "admins"]}])");
}

TEST_CASE("an address that the application changes leaves a guest without invitation, whom doctor names") {
  const TenantFixture desk;
  desk.applied("users: {ben@acme.example: {}}\n");
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
  desk.by_hand("update app.users set email = 'ben.ames@acme.example' where email = 'ben@acme.example'");
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 7,
              "invited user ben.ames@acme.example has no invitation: the application has changed the address; run "
              "'acctl user resend --expired -t acme'");
  check_ended(desk({"user", "resend", "--expired"}), 0, "ben.ames@acme.example");
  check_ended(desk.acctl({"tenant", "doctor", "acme"}), 0);
}

// user permissions.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::keys_of;
using acctl::test::Result;
using acctl::test::TenantFixture;

namespace {

// Bob is an agent who also has a template and a direct permission; Carla is suspended; Dan has nothing.
const std::string people =
    "role_templates:\n  extra: {name: Extra, permissions: [tickets.delete, tickets.view: restricted]}\n"
    "users:\n  bob@acme.example: {roles: [support-agent], role_template: extra, permissions: [tickets.export]}\n"
    "  carla@acme.example: {roles: [support-agent]}\n  dan@acme.example: {}\n";

std::string applied(const TenantFixture& desk) {
  const std::string run = desk.applied(people, {"--actor", "eve", "--reason", "new people"});
  desk.by_hand("update app.users set status = 'active' where email <> 'carla@acme.example'");
  desk.by_hand("update app.users set status = 'suspended' where email = 'carla@acme.example'");
  return run;
}

}  // namespace

TEST_CASE("user permissions lists all with level and ways") {
  const TenantFixture desk;
  applied(desk);
  const auto bob = desk.json({"user", "permissions", "bob@acme.example"});
  CHECK(keys_of(bob) == "email permissions");
  CHECK(bob["email"] == "bob@acme.example");
  std::string all;
  for (const auto& held : bob["permissions"]) {
    CHECK(keys_of(held) == "permission level via");
    if (held["permission"].get<std::string>().starts_with("tickets.")) all += held.dump() + "\n";
  }
  CHECK(all ==
        R"({"permission":"tickets.assign","level":"group","via":["role:support-agent"]}
{"permission":"tickets.create","level":null,"via":["role:support-agent"]}
{"permission":"tickets.delete","level":null,"via":["template:extra"]}
{"permission":"tickets.edit","level":"global","via":["role:support-agent"]}
{"permission":"tickets.export","level":null,"via":["direct"]}
{"permission":"tickets.private_notes","level":"global","via":["role:support-agent"]}
{"permission":"tickets.view","level":"global","via":["role:support-agent","template:extra"]}
)");
  CHECK(desk.json({"user", "permissions", "dan@acme.example"}).dump() ==
        R"({"email":"dan@acme.example","permissions":[]})");
  CHECK(desk({"user", "permissions", "carla@acme.example"}).err == "carla@acme.example has no permissions\n");
  CHECK(desk.json({"user", "permissions", "ana@acme.example"})["permissions"].size() ==
        std::stoul(desk.in("select count(*) from app.permissions")));
  CHECK_THAT(desk({"user", "permissions", "bob@acme.example", "-o", "csv"}).out,
             Catch::Contains("\r\ntickets.view,global,\"role:support-agent, template:extra\"\r\n"));
  CHECK(desk({"user", "permissions", "bop@acme.example"}).err ==
        "acctl: there is no user 'bop@acme.example'; did you mean 'bob@acme.example'?\n");
  CHECK(desk({"user", "permissions", "bob@acme.example", "--as", "bob@acme.example"}).status == 5);
  CHECK(desk({"user", "permissions", "bob@acme.example", "--as", "ana@acme.example"}).status == 0);
}

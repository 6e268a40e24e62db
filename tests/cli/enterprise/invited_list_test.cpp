// A list of an enterprise's users, given to user invite.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

TEST_CASE("what user list writes of an enterprise user invite reads back, and changes nothing") {
  const TestPlatform acctl;
  REQUIRE(acctl({"enterprise", "create", "ent", "--name", "Ent"}).status == 0);
  for (const char* slug : {"acme", "bert"}) acctl.create(slug, {"--pack", "msp", "--enterprise", "ent"});
  const Result list = acctl({"user", "list", "--match", "enterprise=ent", "-o", "csv"});
  CHECK(contains(list.out, "enterprise-admin"));
  const std::string path = acctl.folder.path() + "/people.csv";
  put_file(path, list.out);
  const std::string before = acctl.world();
  check_ended(acctl({"user", "invite", "--file", path, "--match", "enterprise=ent"}), 0, "0 invited, ");
  CHECK(acctl.world() == before);
  // Whoever would get the role does not, in one tenant; who lacks it is told how it is granted.
  const auto invite = [&] { return acctl({"user", "invite", "--file", path, "-t", "acme"}); };
  put_file(path, "email,roles,tenant\nnew@x.example,enterprise-admin,acme\n");
  check_ended(invite(), 5, "role enterprise-admin reaches the entire enterprise and is not granted in one tenant");
  check_ended(acctl({"user", "invite", "vic@x.example", "--role", "viewer", "-t", "acme"}), 0);
  put_file(path, "email,roles,tenant\nvic@x.example,enterprise-admin,acme\n");
  check_ended(invite(), 0, "does not hold role enterprise-admin; see 'acctl enterprise grant'");
}

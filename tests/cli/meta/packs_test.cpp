// A tenant of each pack: it begins with what its pack says, and its administrator may do everything.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::Result;
using acctl::test::TestPlatform;

TEST_CASE("a tenant of each pack begins with its roles, and with an administrator who may do everything") {
  struct Expected {
    std::string pack;
    std::string chief;  // role of the administrator
    std::string tests;  // that it brings
  };
  const TestPlatform acctl;
  for (const auto& [pack, chief, tests] : {Expected{"helpdesk", "admin", "4"},
                                           {"msp", "organization-admin", "8"},
                                           {"conversational", "admin", "9"},
                                           {"messaging", "account-admin", "20"}}) {
    INFO(pack);
    const auto tenant = acctl.create(pack, {"--pack", pack});
    CHECK(tenant["status"] == "active");
    CHECK(tenant["pack"] == pack);
    CHECK(acctl.in(pack,
                   "select string_agg(r.key, ' ') from app.users u join app.user_roles x on x.user_id = u.id join "
                   "app.roles r on r.id = x.role_id where u.email = 'ana@" +
                       pack + ".example'") == chief);
    CHECK(acctl.in(pack,
                   "select count(*) = (select count(*) from app.permissions) from app.effective_permissions where "
                   "user_id = (select id from app.users)") == "t");
    const Result result = acctl({"test", "-f", ACCTL_SOURCE "/templates/packs/" + pack + ".yaml", "-t", pack});
    CHECK(result.status == 0);
    CHECK(result.err == tests + " tests passed\n");
    CHECK(acctl.create(pack, {"--pack", pack}) == tenant);
  }
  CHECK(acctl({"tenant", "doctor"}).status == 0);
}

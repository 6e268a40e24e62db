// A tenant of each pack: it begins with what its pack says, and its administrator may do everything.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
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

TEST_CASE("pack list and pack show say what packs seed and what can be cloned, without a database") {
  const acctl::test::TemporaryFolder folder;
  const acctl::test::Acctl acctl(folder.path());
  const Result listed = acctl({"pack", "list", "-o", "json"});
  check_ended(listed, 0);
  REQUIRE(listed.json().size() == 4);
  CHECK(listed.json()[1]["name"] == "helpdesk");
  CHECK(listed.json()[1]["roles"] == 3);
  CHECK(listed.json()[1]["templates"] >= 6);
  const Result shown = acctl({"pack", "show", "helpdesk"});
  check_ended(shown, 0, "admin, support-agent, team-lead");
  CHECK(contains(shown.out, "automations/escalate-overdue: Escalate overdue tickets"));
  const auto record = acctl({"pack", "show", "msp", "-o", "json"}).json();
  CHECK(record["seeds"]["roles"].dump() == R"(["enterprise-admin","manager","organization-admin","viewer"])");
  CHECK(record["templates"][0]["clone"] == "pack:ask-whether-solved");
  CHECK(record["templates"][0]["fields"]["conditions"].dump() == R"({"status":["resolved"]})");
  check_ended(acctl({"pack", "show", "helpdsk"}), 3, "helpdesk");
}

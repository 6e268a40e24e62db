// The live view over all tenants: what it counts, and what it tells of changes.
#include <csignal>
#include <map>

#include "tests/support/catch.hpp"
#include "tests/support/running.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::Result;
using acctl::test::Running;
using acctl::test::TenantFixture;
using Json = nlohmann::ordered_json;

namespace {

// What a look finds, by group.
std::map<std::string, Json> groups(const TenantFixture& desk, std::vector<std::string> more = {}) {
  std::vector<std::string> words = {"fleet", "watch", "--once", "-o", "jsonl"};
  words.insert(words.end(), more.begin(), more.end());
  const Result result = desk.acctl(words);
  check_ended(result, 0);
  std::map<std::string, Json> all;
  for (std::size_t start = 0; start < result.out.size();) {
    const std::size_t end = result.out.find('\n', start);
    const Json one = Json::parse(result.out.substr(start, end - start));
    all.emplace(one["group"], one);
    start = end + 1;
  }
  return all;
}

}  // namespace

TEST_CASE("fleet watch counts tenants by what they have in common") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.acctl.create("carl");
  check_ended(desk.acctl({"tenant", "suspend", "carl", "--yes"}), 0);
  auto found = groups(desk);
  CHECK(found.size() == 3);
  CHECK(found["all"]["tenants"] == 3);
  CHECK(found["active"]["tenants"] == 2);
  CHECK(found["suspended"]["tenants"] == 1);
  CHECK_THAT(found["all"]["at"].get<std::string>(), Catch::Matches("20..-..-..T..:..:..Z"));
  CHECK(groups(desk, {"--match", "status=suspended"})["all"]["tenants"] == 1);

  desk.acctl.control("update acctl.tenants set schema_version = schema_version - 1 where slug = 'bert'");
  desk.acctl.control("update acctl.tenants set status = 'failed', suspended_at = null where slug = 'carl'");
  desk.acctl.control(
      "update acctl.tenant_steps set status = 'failed', error = 'no space' where name = 'seed' and tenant_id = "
      "(select id from acctl.tenants where slug = 'carl')");
  found = groups(desk, {"--mail"});
  CHECK(found["schema behind"]["tenants"] == 1);
  CHECK(found["failed"]["detail"] == "carl: seed: no space");
  CHECK(found["mail queued"]["tenants"] == 2);  // there is no mail transport
  CHECK_THAT(found["mail queued"]["detail"].get<std::string>(), Catch::Matches("[1-9][0-9]* messages?"));
  CHECK_FALSE(groups(desk).contains("mail queued"));
}

TEST_CASE("fleet watch tells each change in a line, with the tenant that made it, until all is settled") {
  const TenantFixture desk;
  desk.acctl.create("bert");
  desk.acctl.control("update acctl.tenants set status = 'provisioning' where slug = 'bert'");
  // The screen is one to standard error: a line stands there as soon as it is written.
  Running running(
      {.words = {"/bin/bash", "-c",
                 "exec " + acctl::test::program_path() + " fleet watch --until settled --interval 100ms >&2"},
       .environment = desk.acctl.acctl.environment});
  CHECK(running.says("Z  provisioning: tenants 1\n"));
  desk.acctl.control("update acctl.tenants set status = 'active' where slug = 'bert'");
  const Result result = running.finish();
  CHECK(result.status == 0);
  CHECK(contains(result.err, "Z  all: tenants 2\n"));
  CHECK(contains(result.err, "Z  provisioning: tenants 0\n"));
  CHECK(contains(result.err, "Z  active: tenants 2, last bert\n"));
}

TEST_CASE("fleet watch draws one table in its place on a terminal") {
  const TenantFixture desk;
  acctl::test::Start start{.words = {acctl::test::program_path(), "fleet", "watch", "--interval", "100ms"},
                           .environment = desk.acctl.acctl.environment,
                           .input = ""};
  start.environment["TERM"] = "xterm";
  Running running(start, {.terminal = true, .screen = true, .columns = 80});
  CHECK(running.says("active"));
  desk.acctl.control("update acctl.tenants set status = 'suspended', suspended_at = now() where slug = 'acme'");
  CHECK(running.says("suspended"));
  CHECK(running.says("\x1b[J"));
  running.send(SIGINT);
  CHECK(running.finish().status == 130);
}

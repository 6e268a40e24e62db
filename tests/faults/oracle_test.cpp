// The oracle itself: that it is content with a sound platform, and sees each kind of damage.
#include "tests/support/oracle.hpp"

#include <filesystem>

#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

TEST_CASE("the oracle sees what is wrong") {
  const TestPlatform platform;
  platform.create("acme");
  platform.create("shut");
  must_succeed(platform, {"tenant", "suspend", "shut", "--yes"});
  REQUIRE(complaints(platform) == "");
  const auto sees = [&](const std::string& database, const std::string& damage, const std::string& complaint) {
    platform.in(database, damage);
    const std::string all = complaints(platform);
    INFO(damage << "\n" << all);
    CHECK(all.find(complaint) != std::string::npos);
  };
  const std::string unhindered = "set session_replication_role = replica; ";
  SECTION("in the registry") {
    sees("acctl", "update acctl.tenants set support_address = null", "lacks a support address");
    sees("acctl", "delete from acctl.tenant_steps where name = 'seed'", "lacks a step");
    sees("acctl", "update acctl.tenants set status = 'active', suspended_at = null where slug = 'shut'", "trail says");
  }
  SECTION("in the audit trail") {
    sees("acctl", unhindered + "update acctl.audit set reason = 'other' where id = 2", "audit entry 2: its hash");
    sees("acctl", unhindered + "delete from acctl.audit where id = 2", "an entry before it is missing");
    sees("acctl", unhindered + "delete from acctl.audit where id = (select max(id) from acctl.audit)", "not its last");
  }
  SECTION("on the server") {
    sees("acctl", "alter role " + platform.app_role("shut") + " login", "shut is suspended and its application can");
    sees("acctl", "alter database acme allow_connections false", "lacks its database");
    sees("acctl", "create role acctl_0123456789ab_owner", "role acctl_0123456789ab_owner belongs to no tenant");
    sees("acctl", "create database left_over owner acctl_0123456789ab_owner", "");
    sees("acctl", "comment on database left_over is 'acctl tenant x'", "left_over bears acctl's mark");
    sees("acctl", "grant " + platform.app_role("acme") + " to acctl", "is still a member of");
  }
  SECTION("in the tenant's database") {
    sees("acme", "delete from acctl.migrations where version = 2", "migrations applied");
    sees("acme", "update app.users set status = 'suspended'", "no usable administrator");
    sees("acme", "update acctl.tenant set tenant_id = gen_random_uuid()", "belongs to");
  }
  SECTION("in the tenant's ledger") {
    must_succeed(platform, {"apply", "-f", ACCTL_SOURCE "/tests/faults/before.yaml", "-t", "acme", "--yes"});
    must_succeed(platform, {"apply", "-f", ACCTL_SOURCE "/tests/faults/after.yaml", "-t", "acme", "--yes", "--prune"});
    REQUIRE(complaints(platform) == "");
    sees("acme", "insert into app.roles (key, name) values ('leaving', 'L')", "the ledger ends with remove of roles/");
    sees("acme", "delete from acctl.changes where run_id = 2 and number = 2", "a change of run");
    sees("acme", "update acctl.runs set outcome = 'refused' where id = 1", "was refused and has changes");
    sees("acme", "delete from acctl.changes where run_id = 2", "is done and changed nothing");
  }
  SECTION("on the disk") {
    const std::string storage = platform.control("select storage from acctl.tenants where slug = 'acme'");
    std::filesystem::rename(storage, platform.storage_root() + "/other");
    const std::string all = complaints(platform);
    CHECK(all.find("acme is active without storage") != std::string::npos);
    CHECK(all.find("other belongs to no tenant") != std::string::npos);
  }
}

TEST_CASE("the oracle is not content with a world that it cannot judge") {
  const TestPlatform platform;
  const auto complaint = [&](const std::string& control) {
    const std::vector<std::string> all = violations({.cluster = platform.cluster, .control = control});
    return all.empty() ? "" : all.front();
  };
  CHECK(complaint("nowhere") == "there is no control database 'nowhere'");
  CHECK(complaint("postgres") == "there is no platform in database 'postgres'");
  // While it is being made, there may be nothing yet.
  CHECK(violations({.cluster = platform.cluster, .control = "nowhere", .in_flight = "nowhere"}).empty());
}

// Fault 3 for tenants that come back and for the control database that is upgraded: whatever is killed, the same
// command finishes it, and nothing is half there.
#include "provisioning/base/embedded.hpp"
#include "provisioning/database/connection.hpp"
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

namespace {

// A tenant that has left its configuration, and its data, in the archive.
void leave(const TestPlatform& platform) {
  if (platform.control("select count(*) from acctl.tenant_exports") != "0") return;
  create_and_apply(platform, "origin");
  platform.in("origin", "insert into app.contacts (email) values ('someone@faults.example')");
  must_succeed(platform, {"tenant", "delete", "origin", "--confirm", "origin", "--with-data", "--hold", "0"});
}

const Subject restore = {
    .prepare = [](const TestPlatform& platform, const std::string&) { leave(platform); },
    .words = [](const std::string& slug) -> Words { return {"tenant", "restore", "origin", "--as", slug}; }};

// A control database as an acctl without its last migration has left it.
void make_old_platform(const Cluster& cluster) {
  cluster.query("postgres", "drop database if exists registry with (force)");
  cluster.query("postgres", "create database registry owner acctl");
  acctl::Connection control(cluster.dsn("acctl", "registry"), {});
  control.script(
      "create schema acctl; create table acctl.migrations (version integer primary key, name varchar(100) not null, "
      "checksum varchar(64) not null, applied_at timestamptz not null default now())");
  const auto& known = acctl::control_migrations();
  for (std::size_t i = 0; i + 1 < known.size(); ++i) {
    control.script(std::string(known[i].sql));
    control.query("insert into acctl.migrations (version, name, checksum) values ($1, $2, $3)",
                  {known[i].version, std::string(known[i].name), std::string(known[i].checksum)});
  }
}

}  // namespace

TEST_CASE("fault 3: tenant restore is killed at any message") { kill_everywhere(restore, 11); }

TEST_CASE("fault 3: tenant restore --with-data is killed at any message") {
  const TestPlatform platform;
  leave(platform);
  int count = 0;
  for (const std::string call : {"sendto", "recvfrom"}) {
    sweep(call == "sendto" ? 7 : 15, 37, [&](int place) {
      const std::string slug = "faulty-" + std::to_string(++count);
      const Words words = {"tenant", "restore", "origin", "--as", slug, "--with-data"};
      const Fault fault{call, "signal=SIGKILL", place};
      const FaultyRun run = run_with(fault, platform.acctl, words);
      INFO(fault.text() << " ended with " << run.result.status << ": " << run.result.err);
      CHECK((run.hit ? run.result.status != 0 : run.result.status == 0));
      CHECK(complaints(platform, slug) == "");
      must_succeed(platform, words);
      CHECK(platform.in(slug, "select email from app.contacts") == "someone@faults.example");
      CHECK(platform.in(slug, "select count(*) from app.roles where key = 'helper'") == "1");
      CHECK(complaints(platform) == "");
      must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0", "--no-export"});
      return run.hit;
    });
  }
}

TEST_CASE("fault 3: platform upgrade is killed at any message") {
  const Cluster cluster;
  const TemporaryFolder folder;
  Acctl acctl(folder.path());
  acctl.environment["ACCTL_DATABASE_URL"] = cluster.url("acctl", "registry");
  const std::size_t head = acctl::control_migrations().size();
  const auto applied = [&] {
    return cluster.query("registry", "select count(*) || ' ' || max(version) from acctl.migrations");
  };
  const auto prefix = [](std::size_t version) { return std::to_string(version) + " " + std::to_string(version); };
  for (const std::string call : {"sendto", "recvfrom"}) {
    sweep(call == "sendto" ? 1 : 3, 4, [&](int place) {
      make_old_platform(cluster);
      const Fault fault{call, "signal=SIGKILL", place};
      const FaultyRun run = run_with(fault, acctl, {"platform", "upgrade"});
      INFO(fault.text() << " ended with " << run.result.status << ": " << run.result.err);
      CHECK(run.result.status == (run.hit ? 137 : 0));
      CHECK((applied() == prefix(head - 1) || applied() == prefix(head)));
      const Result again = acctl({"platform", "upgrade"});
      INFO("run again: " << again.err);
      CHECK(again.status == 0);
      CHECK(applied() == prefix(head));
      CHECK(cluster.query("registry", "select count(*) from acctl.audit where action = 'platform.upgrade'") == "1");
      return run.hit;
    });
  }
}

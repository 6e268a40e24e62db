// Fault 3 for the migration of a tenant: whatever is killed, the applied migrations are a prefix, acctl is a member of
// nobody's role, and the same command finishes it.
#include "provisioning/base/embedded.hpp"
#include "tests/faults/injection.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

namespace {

std::string prefix(std::size_t version) { return std::to_string(version) + " " + std::to_string(version); }

}  // namespace

TEST_CASE("fault 3: tenant migrate is killed at any message") {
  const TestPlatform platform;
  platform.create("acme");
  const std::size_t head = acctl::tenant_migrations().size();
  const auto applied = [&] {
    return platform.in("acme", "select count(*) || ' ' || max(version) from acctl.migrations");
  };
  for (const std::string call : {"sendto", "recvfrom"}) {
    sweep(call == "sendto" ? 1 : 4, 6, [&](int place) {
      platform.set_back("acme", head - 1);
      const Fault fault{call, "signal=SIGKILL", place};
      const FaultyRun run = run_with(fault, platform.acctl, {"tenant", "migrate", "acme"});
      INFO(fault.text() << " ended with " << run.result.status << ": " << run.result.err);
      CHECK(run.result.status == (run.hit ? 137 : 0));
      CHECK((applied() == prefix(head - 1) || applied() == prefix(head)));
      CHECK(platform.control("select count(*) from pg_auth_members where member = 'acctl'::regrole and "
                             "roleid::regrole::text ~ '_owner$' and not admin_option") == "0");
      const Result again = platform({"tenant", "migrate", "acme"});
      INFO("run again: " << again.err);
      CHECK(again.status == 0);
      CHECK(applied() == prefix(head));
      CHECK(platform.control("select schema_version from acctl.tenants") == std::to_string(head));
      CHECK(platform({"tenant", "doctor", "acme"}).status == 0);
      return run.hit;
    });
  }
}

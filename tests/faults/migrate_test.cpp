// Faults 7 and 9 for a tenant that is brought to a newer schema: whatever happens to the server, what was applied is a
// prefix, each migration once; nobody is left a member of the owner, and the same call again finishes. Fault 3 is in
// migration_test.cpp.
#include "provisioning/base/embedded.hpp"
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

namespace {

// A new tenant for each attempt, set back to the schema of long ago, so that several migrations are to run.
class OldTenants {
 public:
  // True when the fault struck. `allowed`: how a run may end that was struck.
  [[nodiscard]] bool attempt(const std::string& name, const Mishap& befall, const std::vector<int>& allowed) {
    const std::string slug = "old" + std::to_string(++count_);  // a name that SQL takes without quotes
    platform.create(slug);
    platform.set_back(slug, 1);
    const Words words = {"tenant", "migrate", slug};
    const FaultyRun run = befall(platform, words);
    INFO(name << ", tenant " << slug << " ended with " << run.result.status << ": " << run.result.err);
    CHECK_THAT(run.hit ? allowed : std::vector<int>{0}, Catch::Matchers::VectorContains(run.result.status));
    if (run.hit && run.result.status != 0) ++felt_;
    const std::string prefix = "select count(*) = max(version) from acctl.migrations";
    CHECK(platform.in(slug, prefix) == "t");
    must_succeed(platform, words);
    CHECK(platform.in(slug, prefix) == "t");
    const std::string head = std::to_string(acctl::tenant_migrations().size());
    CHECK(platform.in(slug, "select max(version) from acctl.migrations") == head);
    CHECK(platform.control("select schema_version || ' ' || status from acctl.tenants where slug = '" + slug + "'") ==
          head + " active");
    CHECK(platform.control("select count(*) from pg_auth_members m join acctl.tenants t on m.roleid = "
                           "to_regrole(t.owner_role) and m.member = 'acctl'::regrole") == "0");
    must_succeed(platform, {"tenant", "delete", slug, "--confirm", slug, "--hold", "0", "--no-export"});
    return run.hit;
  }

  // Fails the test unless some run that was struck did not end with 0.
  void check_felt() const { CHECK((felt_ > 0 || one_place_only())); }

  TestPlatform platform;

 private:
  int count_ = 0;
  int felt_ = 0;
};

}  // namespace

TEST_CASE("fault 7: the backends of tenant migrate are terminated at any step") {
  OldTenants tenants;
  sweep(3, 9, [&](int place) {
    const auto act = [](const TestPlatform& platform) { end_sessions(platform.cluster); };
    return tenants.attempt("terminated at " + std::to_string(place), meanwhile(place, act), {0, 4});
  });
  tenants.check_felt();
}

TEST_CASE("fault 9: the server crashes while a tenant is migrated") {
  OldTenants tenants;
  sweep(5, 11, [&](int place) {
    const auto act = [](const TestPlatform& platform) {
      const_cast<Cluster&>(platform.cluster).restart(Stop::immediate);
    };
    return tenants.attempt("restarted at " + std::to_string(place), meanwhile(place, act), {0, 4});
  });
  tenants.check_felt();
}

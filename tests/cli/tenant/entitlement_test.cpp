// What a plan gives, in the tenant's own database.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::contains;
using acctl::test::put_file;
using acctl::test::Result;
using acctl::test::TestPlatform;

namespace {

std::string given(const TestPlatform& acctl, const std::string& slug) {
  return acctl.in(slug,
                  "select concat_ws(' ', plan, seat_limit, project_limit, storage_limit_bytes, features ->> "
                  "'custom_roles') from app.plan");
}

Result set(const TestPlatform& acctl, const std::string& plans, const std::string& how = "--yes") {
  const std::string path = acctl.folder.path() + "/platform.yaml";
  put_file(path, "acctl: 1\nplans: " + plans + "\n");
  return acctl({"platform", "apply", "-f", path, how});
}

}  // namespace

TEST_CASE("a tenant's database has what its plan gives, and a plan that changes reaches its tenants") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert", {"--plan", "pro", "--seats", "3"});
  CHECK(given(acctl, "acme") == "trial 10 5 5368709120 false");
  CHECK(given(acctl, "bert") == "pro 3 100 107374182400 true");

  const std::string more = "{trial: {seats: 12, projects: 7, features: {custom_roles: true}}}";
  check_ended(set(acctl, more, "--dry-run"), 0, "dry run");
  CHECK(given(acctl, "acme") == "trial 10 5 5368709120 false");
  check_ended(set(acctl, more), 0, "limits and features of 1 tenant updated");
  CHECK(given(acctl, "acme") == "trial 12 7 5368709120 true");
  CHECK(given(acctl, "bert") == "pro 3 100 107374182400 true");
  check_ended(set(acctl, more), 0, "nothing to change");
  // A limit that is taken away is none; seats of a tenant's own are not the plan's.
  check_ended(set(acctl, "{trial: {projects: null}, pro: {seats: 50, projects: null}}"), 0, "2 tenants updated");
  CHECK(given(acctl, "acme") == "trial 12 5368709120 true");
  CHECK(given(acctl, "bert") == "pro 3 107374182400 true");
}

TEST_CASE("platform apply says what a smaller plan means to its tenants, and is refused for more users than seats",
          "[promise 6]") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("delta", {"--plan", "pro"});
  acctl.create("gamma", {"--plan", "pro"});
  acctl.in("gamma", "insert into app.users (email, name) values ('b@x.example', 'B'), ('c@x.example', 'C')");
  const std::string path = acctl.folder.path() + "/platform.yaml";
  const std::string smaller = "{pro: {seats: 2, features: {custom_roles: false}}}";
  const std::string before = acctl.world_but_audit();
  for (const char* how : {"--dry-run", "--yes"}) {
    const Result refused = set(acctl, smaller, how);
    check_ended(refused, 5, "tenant gamma has 3 users, and would have 2 seats");
    for (const char* effect : {"the limits or features of 2 tenants change", "limit of seats: 100 -> 2 in 2 tenants",
                               "loses the feature custom_roles in 2 tenants", "--over-limit",
                               "gamma: 1 user over the limit; nobody can be invited"}) {
      INFO(effect);
      CHECK(contains(refused.err, effect));
    }
  }
  CHECK(acctl.world_but_audit() == before);
  check_ended(acctl({"platform", "apply", "-f", path, "--over-limit"}), 10, "limits or features of 2 tenants?");
  const Result done = acctl({"platform", "apply", "-f", path, "--over-limit", "--yes", "-o", "json"});
  check_ended(done, 0);
  const auto groups = done.json()[0]["groups"];
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].dump() ==
        R"({"tenants":["delta"],"remarks":["limit of seats: 100 -> 2","loses the feature custom_roles"]})");
  CHECK(groups[1]["tenants"].dump() == R"(["gamma"])");
  CHECK(given(acctl, "gamma") == "pro 2 100 107374182400 false");
  // Who is over the limit already stays so without a word.
  check_ended(set(acctl, "{pro: {projects: 90}}"), 0);
  check_ended(set(acctl, "{pro: {seats: 3}}"), 0, "limit of seats: 2 -> 3 in 2 tenants");
}

TEST_CASE("platform apply goes on for a tenant that cannot be asked how much it uses, and says so") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.control("alter database bert rename to bert_away");
  const Result partial = set(acctl, "{trial: {projects: 4}}");
  check_ended(partial, 6, "tenant bert cannot be asked how much it uses");
  CHECK(given(acctl, "acme") == "trial 10 4 5368709120 false");
  acctl.control("alter database bert_away rename to bert");
}

TEST_CASE("a tenant that a change of its plan does not reach is named, and gets it later") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.control("alter database bert rename to bert_away");
  const Result partial = set(acctl, "{trial: {projects: 8}}");
  check_ended(partial, 6, "1 of 2 tenants failed");
  CHECK(given(acctl, "acme") == "trial 10 8 5368709120 false");
  acctl.control("alter database bert_away rename to bert");
  CHECK(given(acctl, "bert") == "trial 10 5 5368709120 false");
  check_ended(acctl({"tenant", "doctor", "bert", "--fix"}), 0);
  CHECK(given(acctl, "bert") == "trial 10 8 5368709120 false");
}

TEST_CASE("the same platform apply once more reaches the tenants that the first one missed") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.create("bert");
  acctl.control("alter database bert rename to bert_away");
  check_ended(set(acctl, "{trial: {projects: 8}}"), 6, "1 of 2 tenants failed");
  acctl.control("alter database bert_away rename to bert");
  check_ended(set(acctl, "{trial: {projects: 8}}"), 0, "limits and features of 1 tenant updated");
  CHECK(given(acctl, "bert") == "trial 10 8 5368709120 false");
}

TEST_CASE("provisioning that resumes writes what the plan gives now") {
  const TestPlatform acctl;
  acctl.create("acme");
  acctl.control("update acctl.plans set projects = 9 where key = 'trial'");
  acctl.control("update acctl.tenants set status = 'failed' where slug = 'acme'");
  check_ended(acctl({"tenant", "retry", "acme"}), 0);
  CHECK(given(acctl, "acme") == "trial 10 9 5368709120 false");
}

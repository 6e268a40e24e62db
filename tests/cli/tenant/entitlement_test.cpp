// What a plan gives, in the tenant's own database.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
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

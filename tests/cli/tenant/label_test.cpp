// tenant label, and tenants that are selected by labels.
#include "tests/support/catch.hpp"
#include "tests/support/tenant_fixture.hpp"

using acctl::test::check_ended;
using acctl::test::TestPlatform;

TEST_CASE("labels are set and removed, on one tenant or many, and the others stay") {
  const TestPlatform acctl;
  acctl.create("acme", {"--label", "tier=gold", "--label", "area=eu"});
  acctl.create("bert");
  const auto labels = [&](const std::string& slug) { return acctl.json({"tenant", "show", slug})["labels"].dump(); };
  check_ended(acctl({"tenant", "label", "acme", "tier=silver", "area-", "csm=Ana B."}), 0);
  CHECK(labels("acme") == R"({"csm":"Ana B.","tier":"silver"})");
  const std::string before = acctl.world();
  check_ended(acctl({"tenant", "label", "acme", "tier=silver", "area-"}), 0, "nothing to change");
  check_ended(acctl({"tenant", "label", "--all", "tier=gold", "--dry-run"}), 0);
  CHECK(acctl.world() == before);
  check_ended(acctl({"tenant", "label", "--all", "tier=gold"}), 0);
  CHECK(labels("acme") == R"({"csm":"Ana B.","tier":"gold"})");
  CHECK(labels("bert") == R"({"tier":"gold"})");
  CHECK(acctl.control("select string_agg(slug || ' ' || (before ->> 'label.tier'), ', ' order by id) from acctl.audit "
                      "where action = 'tenant.label' and after ->> 'label.tier' = 'gold'") == "acme silver");
  CHECK(acctl.control("select count(*) from acctl.audit where action = 'tenant.label'") == "3");
  check_ended(acctl({"tenant", "label", "--match", "csm=*", "csm-"}), 0);
  CHECK(labels("acme") == R"({"tier":"gold"})");
}

TEST_CASE("tenant label refuses what is no label, and labels that --match knows otherwise") {
  const TestPlatform acctl;
  acctl.create("acme");
  check_ended(acctl({"tenant", "label", "acme"}), 3, "no label is given");
  check_ended(acctl({"tenant", "label", "tier=gold"}), 3, "no tenant is selected");
  check_ended(acctl({"tenant", "label", "acme", "tier=gold", "tier-"}), 3, "label tier is given twice");
  check_ended(acctl({"tenant", "label", "acme", "Tier=gold"}), 3, "the label 'Tier' is not a key");
  check_ended(acctl({"tenant", "label", "acme", "subscription=x"}), 3, "is reserved");
  check_ended(acctl({"tenant", "label", "acme", "tier="}), 3, "Give a value, or tier- to remove the label.");
  check_ended(acctl(acctl::test::create_words("bert", {"--label", "tier="})), 3, "the value of tier is empty");
  check_ended(acctl({"tenant", "label", "nosuch", "tier=gold"}), 3, "there is no tenant 'nosuch'");
}

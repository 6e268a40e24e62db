// What a change of limits and features means to a tenant.
#include "provisioning/tenants/tenant_use.hpp"

#include "provisioning/base/text.hpp"
#include "tests/support/catch.hpp"

using acctl::Entitlement;
using acctl::TenantUse;

namespace {

const Entitlement pro = {.plan = "pro",
                         .seats = 100,
                         .projects = 100,
                         .storage_bytes = 107'374'182'400,
                         .features = R"({"custom_roles": true, "sso": false, "crm": true})"};
const Entitlement trial = {.plan = "trial",
                           .seats = 10,
                           .projects = 5,
                           .storage_bytes = 5'368'709'120,
                           .features = R"({"custom_roles": false, "sso": false, "crm": true})"};

std::string described(const Entitlement& before, const Entitlement& after, const TenantUse& use) {
  return acctl::join(acctl::describe_entitlement_change(before, after, &use), "; ");
}

}  // namespace

TEST_CASE("a smaller plan says what is over its limits and what stays") {
  CHECK(described(pro, trial, {.seats = 13, .projects = 7, .storage_bytes = 6'656'000'000, .custom_roles = 12}) ==
        "limit of seats: 100 -> 10; limit of projects: 100 -> 5; limit of storage: 100 GB -> 5 GB; 3 users over the "
        "limit; nobody can be invited; 2 projects over the limit; none can be added; 1.2 GB of files over the limit; "
        "12 custom roles stay but cannot be changed");
  CHECK(described(pro, trial, {.seats = 10, .projects = 5}) ==
        "limit of seats: 100 -> 10; limit of projects: 100 -> 5; limit of storage: 100 GB -> 5 GB; loses the feature "
        "custom_roles");
  CHECK(described(pro, trial, {.custom_roles = 1}).ends_with("1 custom role stays but cannot be changed"));
  CHECK(acctl::takes_away(pro, trial));
}

TEST_CASE("a plan without single sign-on says that it stays enforced") {
  Entitlement without = pro;
  without.features = R"({"custom_roles": true, "sso": false, "crm": true})";
  Entitlement with = pro;
  with.features = R"({"custom_roles": true, "sso": true, "crm": true})";
  const std::string stays = "; it stays enforced (setting sso.enforced) and cannot be enforced anew";
  CHECK(described(with, without, {.sso_enforced = true}) == "loses the feature sso" + stays);
  CHECK(described(with, without, {.sso_users = 2, .sso_enforced = true}) ==
        "2 users with single sign-on, which is no longer included" + stays);
  CHECK(described(with, without, {}) == "loses the feature sso");
}

TEST_CASE("seats are lacking where there are fewer than users, and fewer than before") {
  CHECK(acctl::lacks_seats(pro, trial, {.seats = 11}));
  CHECK_FALSE(acctl::lacks_seats(pro, trial, {.seats = 10}));
  CHECK_FALSE(acctl::lacks_seats(trial, trial, {.seats = 11}));
  CHECK_FALSE(acctl::lacks_seats(trial, pro, {.seats = 101}));
  Entitlement unlimited = pro;
  unlimited.seats.reset();
  CHECK(acctl::lacks_seats(unlimited, pro, {.seats = 101}));
  CHECK_FALSE(acctl::lacks_seats(pro, unlimited, {.seats = 101}));
}

TEST_CASE("a larger plan says what is gained and takes nothing away") {
  CHECK(described(trial, pro, {.seats = 13}) ==
        "limit of seats: 10 -> 100; limit of projects: 5 -> 100; limit of storage: 5 GB -> 100 GB; gains the feature "
        "custom_roles");
  CHECK_FALSE(acctl::takes_away(trial, pro));
  Entitlement unlimited = pro;
  unlimited.seats.reset();
  CHECK(described(pro, unlimited, {.seats = 1000}) == "limit of seats: 100 -> none");
  CHECK_FALSE(acctl::takes_away(pro, unlimited));
  CHECK(acctl::takes_away(unlimited, pro));
  CHECK(described(pro, pro, {}).empty());
}

TEST_CASE("bytes are shown as people read them") {
  CHECK(acctl::describe_bytes(1) == "1 byte");
  CHECK(acctl::describe_bytes(1023) == "1023 bytes");
  CHECK(acctl::describe_bytes(1536) == "1.5 KB");
  CHECK(acctl::describe_bytes(107'374'182'400) == "100 GB");
}

// What the registry is asked for the tenants of a filter.
#include "provisioning/tenants/tenant_query.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"

using acctl::TenantFilter;

namespace {

std::string asked(const std::vector<std::string>& match, const std::vector<std::string>& files = {}) {
  TenantFilter filter{.conditions = acctl::match_conditions(match)};
  for (const acctl::TenantCondition& one : acctl::match_conditions(files)) filter.conditions.push_back(one);
  return acctl::filter_json(filter);
}

}  // namespace

TEST_CASE("conditions on names become lists, and those of files and of the command line hold together") {
  CHECK(asked({}) == "{}");
  CHECK(asked({"plan=pro,trial", "status!=failed"}) == R"({"not status":["failed"],"plan":["pro","trial"]})");
  CHECK(asked({"plan=pro", "plan=trial"}) == R"({"plan":["pro","trial"]})");
  CHECK(asked({"plan=pro,trial"}, {"plan=enterprise,pro"}) == R"({"plan":["pro"]})");
  CHECK(asked({"plan=pro"}, {"plan=trial"}) == R"({"plan":[]})");
  CHECK(asked({"enterprise=*"}, {"enterprise=umbrella"}) == R"({"enterprise":["umbrella"]})");
  CHECK(asked({"plan!=pro", "plan!=trial"}) == R"({"not plan":["pro","trial"]})");
  CHECK(asked({"tier=gold", "label.area!=eu"}) == R"({"labels":{"tier":["gold"]},"other labels":{"not area":["eu"]}})");
}

TEST_CASE(
    "what was created more than 30 days ago was created before, and a trial that ends within 14 days until then") {
  CHECK(asked({"created>30d"}) == R"({"created to":[{"at":null,"us":-2592000000001}]})");
  CHECK(asked({"created<=30d"}) == R"({"created from":[{"at":null,"us":-2592000000000}]})");
  CHECK(asked({"trial_ends<14d"}) == R"({"trial_ends to":[{"at":null,"us":1209599999999}]})");
  CHECK(asked({"created>=2027-01-31"}) == R"({"created from":[{"at":"2027-01-31T00:00:00Z","us":0}]})");
  CHECK(asked({"created<2027-01-31"}) == R"({"created to":[{"at":"2027-01-31T00:00:00Z","us":-1}]})");
}

TEST_CASE("seats are compared as numbers or as a share of the limit") {
  CHECK(asked({"seats>5", "seats<=10"}) == R"({"seats from":[6],"seats to":[10]})");
  CHECK(asked({"seats>=90%"}) == R"({"seats share from":[{"more":0,"percent":90}]})");
  CHECK(asked({"seats<50%"}) == R"({"seats share to":[{"more":-1,"percent":50}]})");
}

TEST_CASE("of features and overrides a tenant has several, of limits none can be the most") {
  CHECK(asked({"feature=sso,crm"}, {"feature=custom_roles"}) == R"({"feature":[["crm","sso"],["custom_roles"]]})");
  CHECK(asked({"feature!=sso", "override!=seats"}) == R"({"not feature":["sso"],"not override":["seats"]})");
  CHECK(asked({"override=*"}) == R"({"override":[["*"]]})");
  CHECK(asked({"projects_limit>=10", "storage_limit<1000"}) ==
        R"({"projects_limit from":[10],"storage_limit to":[999]})");
}

// What staff change about a tenant: which values can be, and what follows from a change.
#include "provisioning/tenants/tenant_settings.hpp"

#include "tests/support/catch.hpp"

using acctl::complete_patch;
using acctl::SettingsPatch;
using acctl::TenantSettings;
using Json = nlohmann::json;

namespace {

std::string problem(const std::string& name, const Json& value) {
  try {
    acctl::check_patch({{name, value}});
    return "";
  } catch (const acctl::Error& error) {
    return error.what();
  }
}

const std::string trial_end = "2027-04-01T00:00:00Z";

std::string completed(const TenantSettings& settings, const SettingsPatch& wanted) {
  return Json(complete_patch(settings, wanted, trial_end)).dump();
}

const TenantSettings on_trial = {
    {"name", "Acme"}, {"plan", "trial"}, {"subscription", "trialing"}, {"trial_ends_at", "2027-01-01T00:00:00Z"}};

}  // namespace

TEST_CASE("a patch has values that can be") {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, Json>>{{"seats", 5},
                                                 {"seats", nullptr},
                                                 {"limit.projects", "none"},
                                                 {"limit.storage_bytes", 10'737'418'240},
                                                 {"feature.sso", true},
                                                 {"label.tier", "gold"},
                                                 {"label.tier", ""},
                                                 {"domain.help.acme.example", "unverified"},
                                                 {"subscription", "past_due"},
                                                 {"trial_ends_at", "2027-01-31T18:00:00Z"}}) {
    INFO(name);
    CHECK(problem(name, value).empty());
  }
  CHECK(problem("seats", 0) == "seats: 0 is not between 1 and 1000000");
  CHECK(problem("limit.projects", -1).starts_with("limit.projects: -1 is not between"));
  CHECK(problem("limit.bytes", 1) == "there is no limit 'bytes'");
  CHECK(problem("feature.S S", true) == "'S S' is not the name of a feature");
  CHECK(problem("label.Tier", "x").starts_with("the label 'Tier' is not a key"));
  CHECK(problem("domain.acme", "verified").starts_with("the domain 'acme' is not a host name"));
  CHECK(problem("name", "").starts_with("the name"));
  CHECK(problem("admin_email", "ana").starts_with("the administrator's email 'ana'"));
  CHECK(problem("subscription", "paid").starts_with("there is no subscription 'paid'"));
}

TEST_CASE("what is so already is no change") {
  CHECK(completed(on_trial, {{"name", "Acme"}, {"plan", "trial"}, {"label.tier", nullptr}}) == "{}");
  CHECK(completed(on_trial, {{"name", "Acme Inc."}}) == R"({"name":"Acme Inc."})");
  const TenantSettings verified = {{"subscription", "active"}, {"domain.a.example", "verified"}};
  CHECK(completed(verified, {{"domain.a.example", "unverified"}}) == "{}");
  CHECK(completed(verified, {{"domain.a.example", nullptr}}) == R"({"domain.a.example":null})");
}

TEST_CASE("a trial has an end, and nothing else has one") {
  CHECK(completed(on_trial, {{"subscription", "active"}}) == R"({"subscription":"active","trial_ends_at":null})");
  const TenantSettings active = {{"subscription", "active"}};
  CHECK(completed(active, {{"subscription", "trialing"}}) ==
        R"({"subscription":"trialing","trial_ends_at":"2027-04-01T00:00:00Z"})");
  CHECK(completed(on_trial, {{"subscription", "trialing"}}) == "{}");
  CHECK_THROWS_WITH(completed(active, {{"trial_ends_at", "2027-01-31T00:00:00Z"}}),
                    "the subscription is active, and only a trial has an end");
  CHECK(acctl::changes_entitlement({{"limit.projects", 5}}));
  CHECK(acctl::changes_entitlement({{"feature.sso", nullptr}}));
  CHECK_FALSE(acctl::changes_entitlement({{"subscription", "active"}, {"label.plan-of", "x"}}));
}

TEST_CASE("what a file has all of is removed where the file does not have it") {
  const TenantSettings settings = {{"label.tier", "gold"}, {"label.area", "eu"}, {"feature.sso", true}, {"seats", 5}};
  const auto wanted = [&](const TenantSettings& declared) { return Json(acctl::wanted_by(declared, settings)).dump(); };
  CHECK(wanted({{"label.tier", "silver"}}) == R"({"label.tier":"silver"})");
  CHECK(wanted({{"label.tier", "silver"}, {"whole", {"label"}}}) == R"({"label.area":null,"label.tier":"silver"})");
  CHECK(wanted({{"whole", {"label", "feature"}}}) == R"({"feature.sso":null,"label.area":null,"label.tier":null})");
}

#include "provisioning/tenants/tenant.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/json_text.hpp"
#include "tests/support/catch.hpp"

using acctl::json_text;
using acctl::Tenant;
using acctl::to_json;
using acctl::to_json_line;
using nlohmann::ordered_json;

namespace {

Tenant filled_tenant() {
  Tenant tenant;
  tenant.slug = "acme";
  tenant.name = "Acme \"Ltd\"\u202e";
  tenant.labels = {{"region", "eu"}, {"tier", "gold"}};
  tenant.enterprise = "acme-group";
  tenant.seats_used = 3;
  tenant.seats_limit = 10;
  tenant.hostnames = {"acme.example", "help.acme.example"};
  tenant.steps = {{"database", "done", 1, std::nullopt}, {"seed", "failed", 2, "no space left"}};
  tenant.overrides = R"({"limits": {"projects": 7}, "features": {"sso": true}})";
  tenant.notes = "two\nlines";
  tenant.unfinished = "restore";
  return tenant;
}

}  // namespace

TEST_CASE("a tenant on one line is the object of the tenant", "[rule output]") {
  for (const Tenant& tenant : {Tenant(), filled_tenant()}) CHECK(to_json_line(tenant) == json_text(to_json(tenant)));
}

TEST_CASE("of a tenant what is wanted is shown, in the usual order", "[rule output]") {
  const auto wanted = [](std::string_view name) { return name == "seats" || name == "slug" || name == "steps"; };
  const ordered_json part = to_json(filled_tenant(), wanted);
  const ordered_json whole = to_json(filled_tenant());
  CHECK(part == ordered_json{{"slug", "acme"}, {"seats", whole["seats"]}, {"steps", whole["steps"]}});
  CHECK(whole["steps"][1]["error"] == "no space left");
  CHECK(whole["overrides"]["limits"]["projects"] == 7);
  CHECK(to_json(Tenant())["notes"] == nullptr);
}

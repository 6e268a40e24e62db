// Promise 5: a plan is carried out as it was saved, or not at all. Whole programs:
// tests/cli/definitions/saved_plan_test.cpp.
#include "commands/definitions/saved_plan.hpp"

#include "provisioning/base/digest.hpp"
#include "tests/support/catch.hpp"

using acctl::Error;
using Json = nlohmann::json;

namespace {

Json plan() {
  Json content = Json::parse(R"({
    "acctl_plan": 2, "signature": "", "manager": "acctl", "declared": "", "loosened": "", "tests": [],
    "guards": {"min_admins": 1, "max_removals": ["25%"], "allowed_removals": [], "forbidden_gains": []},
    "groups": {"g": [{"action": "add", "kind": "teams", "key": "a", "fields": {}, "source": null}]},
    "tenants": [{"slug": "acme", "id": "1", "revision": 4, "group": "g", "recognised": false, "touched": {}}]})");
  content["acctl"] = ACCTL_VERSION;
  return content;
}

// As save_plan() writes it.
std::string sealed(Json content) {
  acctl::Digest digest;
  digest.add(content.dump(-1, ' ', false, Json::error_handler_t::replace));
  content["checksum"] = digest.hex();
  return content.dump(2);
}

std::string refusal(const std::string& text) {
  try {
    acctl::parse_plan(text, "p");
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("promise 5: a plan that was altered, cut, or made by another acctl is not carried out") {
  CHECK(refusal(sealed(plan())) == "");
  Json altered = Json::parse(sealed(plan()));
  altered["tenants"][0]["slug"] = "globex";
  CHECK(refusal(altered.dump()) == "p was changed after it was saved");
  Json other = plan();
  other["acctl"] = "0.0.1";
  CHECK(refusal(sealed(other)) == "p was saved by another version of acctl");
  other = plan();
  other["acctl_plan"] = 3;
  CHECK(refusal(sealed(other)) == "p was saved by another version of acctl");
  const std::string whole = sealed(plan());
  CHECK(refusal(whole.substr(0, whole.size() - 9)) == "p is incomplete or damaged");
  CHECK(refusal("{}") == "p is not a saved plan");
  CHECK(refusal(std::string(200, '[') + std::string(200, ']')) == "p is incomplete or damaged");
}

TEST_CASE("promise 5: a plan says only what a plan can say") {
  const auto refused = [](const std::string& pointer, const Json& value) {
    Json content = plan();
    content[Json::json_pointer(pointer)] = value;
    return refusal(sealed(content)) == "p is incomplete or damaged";
  };
  CHECK(refused("/groups/g/0/kind", "credentials"));
  CHECK(refused("/groups/g/0/action", "drop"));
  CHECK(refused("/groups/g/0/fields", Json::parse(R"({"key": {"before": "b", "after": "other"}})")));
  CHECK(refused("/tenants/0/group", "h"));
}

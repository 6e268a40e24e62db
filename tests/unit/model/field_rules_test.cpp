// Rules about fields that each are valid alone.
#include "provisioning/model/field_rules.hpp"

#include <map>

#include "tests/support/catch.hpp"

namespace {

using KnownValues = std::map<std::string, nlohmann::json, std::less<>>;

// A value of null is known to be unset; what is not in `values` is unknown.
acctl::FieldValue known_values(const KnownValues& values) {
  return [&values](std::string_view field) {
    const auto found = values.find(field);
    return found == values.end() ? nullptr : &found->second;
  };
}

std::string first_broken(const std::string& kind, const KnownValues& values, const std::string& key = "k") {
  const auto broken = acctl::find_broken_rules(kind, key, known_values(values));
  return broken.empty() ? "" : std::string(broken.front().field) + ": " + broken.front().message;
}

}  // namespace

TEST_CASE("custom fields need the options of their type") {
  CHECK(first_broken("custom_fields", {{"type", "dropdown"}, {"options", nullptr}}) ==
        "options: custom_fields/k needs a list of choices in its options");
  CHECK(first_broken("custom_fields", {{"type", "status"}, {"options", {{"choices", "x"}}}}).starts_with("options: "));
  CHECK(first_broken("custom_fields", {{"type", "dropdown"}, {"options", {{"choices", {"x"}}}}}).empty());
  CHECK(first_broken("custom_fields", {{"type", "formula"}, {"options", {{"unit", "h"}}}}) ==
        "options: custom_fields/k needs a formula, a text, in its options");
  CHECK(first_broken("custom_fields", {{"type", "number"}, {"options", nullptr}}).empty());
}

TEST_CASE("a policy needs a target, a form of items a project, and everything has no levels") {
  CHECK(first_broken("sla_policies", {{"first_response_minutes", nullptr}, {"resolution_minutes", nullptr}}) ==
        "resolution_minutes: sla_policies/k needs first_response_minutes or resolution_minutes");
  CHECK(first_broken("sla_policies", {{"first_response_minutes", 5}, {"resolution_minutes", nullptr}}).empty());
  CHECK(first_broken("forms", {{"creates", "item"}, {"project", nullptr}}) ==
        "project: forms/k creates items and needs a project");
  CHECK(first_broken("forms", {{"creates", "ticket"}, {"project", nullptr}}).empty());
  CHECK(first_broken("permissions", {{"levels", {"group"}}}, "*") == "levels: permissions/* cannot have levels");
  CHECK(first_broken("permissions", {{"levels", {"group"}}}, "tickets.view").empty());
}

TEST_CASE("an unknown value breaks no rule, and a kind without rules has none to break") {
  CHECK(first_broken("sla_policies", {{"first_response_minutes", nullptr}}).empty());
  CHECK(first_broken("custom_fields", {{"type", "dropdown"}}).empty());
  CHECK(first_broken("teams", {{"name", nullptr}}).empty());
  CHECK(first_broken("nothing", {}).empty());
}

TEST_CASE("each status is a default of what it applies to, each priority of tickets") {
  CHECK(acctl::default_scope("statuses", known_values({{"applies_to", "item"}})) == "items");
  CHECK(acctl::default_scope("statuses", known_values({})).empty());
  CHECK(acctl::default_scope("priorities", known_values({})) == "tickets");
  CHECK(acctl::default_scope("teams", known_values({})).empty());
}

TEST_CASE("a level that a permission does not have is refused with those that it has") {
  CHECK(acctl::unknown_level("tickets.view", "group", {"global", "restricted"}) ==
        "'tickets.view' cannot be held at level 'group'; its levels: global, restricted");
  CHECK(acctl::unknown_level("tickets.view", "group", nullptr) ==
        "'tickets.view' cannot be held at level 'group'; it has no levels");
}

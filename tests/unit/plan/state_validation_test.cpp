// What is wrong with a state that definitions lead to, and where it is reported.
#include "provisioning/plan/state_validation.hpp"

#include "tests/support/catch.hpp"

using acctl::Definitions;
using acctl::Object;
using acctl::State;

namespace {

const acctl::Place declared_here = {"a.yaml", 7, 3};

Object object_at(const acctl::Place& place, acctl::ObjectFields fields) {
  return {.fields = std::move(fields), .manager = {}, .status = {}, .place = place};
}

// The problems as "line: message", one a line.
std::string mismatches_in(const State& desired, const State& current = {}, const std::set<std::string>& pruned = {}) {
  const Definitions definitions;
  const acctl::OverlayOptions options{.manager = "acctl", .only = {}};
  std::string all;
  for (const acctl::Diagnostic& one : acctl::find_mismatches({current, desired, definitions, options, pruned})) {
    all += std::to_string(one.line) + ": " + one.message + "\n";
  }
  return all;
}

}  // namespace

TEST_CASE("a reference to nothing is reported where a file makes it, with what is close to it") {
  State state;
  state["projects"]["onboarding"];
  state["views"]["mine"] = object_at(declared_here, {{"name", "Mine"}, {"project", "onbording"}});
  CHECK(mismatches_in(state) == "7: there is no 'onbording' among projects; did you mean 'onboarding'?\n");
  // What no file declares is not this plan's concern.
  state["views"]["mine"].place = {};
  CHECK(mismatches_in(state).empty());
}

TEST_CASE("a member must exist, unless it is a person whom a team already has") {
  State state;
  state["teams"]["night"];
  state["team_members"]["night/ana@x.example"] = object_at(declared_here, {});
  CHECK(mismatches_in(state) == "7: there is no 'ana@x.example' among users\n");
  State before;
  before["team_members"]["day/ana@x.example"];
  CHECK(mismatches_in(state, before).empty());
}

TEST_CASE("a member carries only a level that its permission has") {
  State state;
  state["roles"]["agent"];
  state["permissions"]["tickets.view"].fields["levels"] = {"global"};
  state["role_permissions"]["agent/tickets.view"] = object_at(declared_here, {{"level", "group"}});
  CHECK(mismatches_in(state) == "7: 'tickets.view' cannot be held at level 'group'; its levels: global\n");
  state["role_permissions"]["agent/tickets.view"].fields["level"] = "global";
  CHECK(mismatches_in(state).empty());
}

TEST_CASE("each kind has one default of what it is a default of") {
  State state;
  state["statuses"]["new"].fields = {{"applies_to", "ticket"}, {"default", true}};
  state["statuses"]["task"] = object_at(declared_here, {{"applies_to", "item"}, {"default", true}});
  CHECK(mismatches_in(state).empty());
  state["statuses"]["other"] = object_at(declared_here, {{"applies_to", "ticket"}, {"default", true}});
  CHECK(mismatches_in(state) == "7: statuses/new is the default of tickets already; set `default: false` on it\n");
  state["statuses"].erase("new");
  State before = state;
  state["statuses"]["other"].fields["default"] = false;
  CHECK(mismatches_in(state, before) ==
        "7: statuses/other is the default of tickets; set `default: true` on another one\n");
}

TEST_CASE("rules about several fields are checked for what files declare") {
  State state;
  state["forms"]["items"] = object_at(declared_here, {{"creates", "item"}});
  CHECK(mismatches_in(state) == "7: forms/items creates items and needs a project\n");
  state["forms"]["items"].place = {};
  CHECK(mismatches_in(state).empty());
}

TEST_CASE("what is pruned must not be needed by what stays") {
  State state;
  state["views"]["mine"].fields = {{"project", "old"}};
  CHECK_THROWS_WITH(mismatches_in(state, {}, {"projects/old"}), "projects/old cannot be removed: views/mine needs it");
  // All that cannot be removed is named, and each that needs it once.
  state["views"]["yours"].fields = {{"project", "older"}};
  state["forms"]["ask"].fields = {{"project", "older"}};
  CHECK_THROWS_WITH(mismatches_in(state, {}, {"projects/old", "projects/older"}),
                    "projects/old cannot be removed: views/mine needs it; projects/older cannot be removed: forms/ask, "
                    "views/yours need it");
}

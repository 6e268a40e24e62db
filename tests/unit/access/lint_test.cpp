// role lint: which roles it finds, and what it says of them.
#include "provisioning/access/lint.hpp"

#include "provisioning/definitions/definitions.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/definitions.hpp"

namespace {

// The catalogue has ten permissions of category A: a.p0 … a.p9, the last with levels; and two of category B.
acctl::State state_with(const std::string& roles) {
  std::string text = "acctl: 1\npermissions:\n  \"*\": {category: Everything}\n";
  for (int i = 0; i < 9; ++i) text += "  a.p" + std::to_string(i) + ": {category: A}\n";
  text += "  a.p9: {category: A, levels: [global, group]}\n  b.p0: {category: B}\n  b.p1: {category: B}\nroles:\n";
  return declared_state(acctl::test::closed_definitions(text + roles));
}

// "rule: message", one a line.
std::string findings_in(const acctl::State& state, const std::optional<acctl::Holders>& holders = {}) {
  std::string all;
  for (const acctl::RoleFinding& finding : lint_roles(state, holders)) {
    CHECK_FALSE(finding.suggestion.empty());
    all += finding.rule + ": " + finding.message + "\n";
  }
  return all;
}

std::string role(const std::string& key, const std::string& permissions, const std::string& more = "") {
  return "  " + key + ": {name: X, " + more + "permissions: [" + permissions + "]}\n";
}

}  // namespace

TEST_CASE("a role that gives all of another and more overlaps it") {
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1, a.p2, b.p0") + role("y", "a.p0, a.p1"))) ==
        "overlap: x gives all 2 permissions of y, and more.\n");
  // By levels, too: what is held wider contains what is held narrower.
  CHECK(findings_in(state_with(role("x", "a.p0, {a.p9: group}") + role("y", "a.p0, a.p1, {a.p9: global}"))) ==
        "overlap: y gives all 2 permissions of x, and more.\n");
  CHECK(findings_in(state_with(role("x", "a.p0, {a.p9: global}") + role("y", "a.p0, a.p1, {a.p9: group}"))).empty());
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1, a.p2") + role("y", "a.p0, b.p0, b.p1"))).empty());
}

TEST_CASE("roles that share four fifths of what they give are nearly identical") {
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1") + role("y", "a.p0, a.p1"))) ==
        "nearly-identical: x and y give the same 2 permissions.\n");
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1, a.p2, a.p3, b.p0") + role("y", "a.p0, a.p1, a.p2, a.p3"))) ==
        "nearly-identical: x and y share 4 of the 5 permissions that they give together.\n");
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1, a.p2, a.p3, b.p0") + role("y", "a.p0, a.p1, a.p2, a.p3, b.p1")))
            .empty());
}

TEST_CASE("a role that nobody has is unused, where it is known who has which") {
  const acctl::State state = state_with(role("x", "a.p0") + role("y", "b.p0"));
  CHECK(findings_in(state, acctl::Holders{{"x", 2}, {"y", 0}}) == "unused: Nobody has y.\n");
  CHECK(findings_in(state).empty());
}

TEST_CASE("everything, and everything of a category, is too wide") {
  CHECK(findings_in(state_with(role("x", "\"*\""))) ==
        "wildcard: x gives every permission, including those added later.\n");
  const std::string all = "a.p0, a.p1, a.p2, a.p3, a.p4, a.p5, a.p6, a.p7, a.p8";
  CHECK(findings_in(state_with(role("x", all + ", a.p9"))) ==
        "wildcard: x gives all 10 permissions of A at their widest.\n");
  CHECK(findings_in(state_with(role("x", all + ", {a.p9: group}"))).empty());
  CHECK(findings_in(state_with(role("x", "b.p0, b.p1"))).empty());
}

TEST_CASE("system roles are compared with others only, and neither unused nor too wide") {
  const std::string system = "system: true, ";
  CHECK(findings_in(state_with(role("x", "\"*\"", system) + role("y", "a.p0, a.p1", system) +
                               role("z", "a.p0, a.p1, a.p2", system)),
                    acctl::Holders())
            .empty());
  CHECK(findings_in(state_with(role("x", "a.p0, a.p1", system) + role("y", "a.p0, a.p1"))) ==
        "nearly-identical: x and y give the same 2 permissions.\n");
}

TEST_CASE("a role without permissions overlaps nothing, and no roles are no findings") {
  CHECK(findings_in(state_with(role("x", "") + role("y", "a.p0"))).empty());
  CHECK(findings_in({}).empty());
}

TEST_CASE("the packs whose roles are all seeded for good have no findings") {
  for (const char* pack : {"msp", "conversational", "messaging"})
    CHECK(findings_in(acctl::state_of_pack(pack)).empty());
}

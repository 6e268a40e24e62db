// Promise 6: what a run may take away, on states made by hand. Each case stands at a limit, so that a limit that moves
// or a guard that looks the other way is seen.
#include "provisioning/plan/guards.hpp"

#include "provisioning/base/error.hpp"
#include "provisioning/plan/admission.hpp"
#include "provisioning/plan/overlay.hpp"
#include "tests/support/catch.hpp"

using acctl::Action;
using acctl::Admins;
using acctl::Cap;
using acctl::Change;
using acctl::Guards;
using acctl::State;

namespace {

Change removal(const std::string& kind, const std::string& key) {
  return {.action = Action::remove, .kind = kind, .key = key};
}

std::vector<Change> removals(const std::string& kind, int count) {
  std::vector<Change> all;
  for (int i = 0; i < count; ++i) all.push_back(removal(kind, "gone-" + std::to_string(i)));
  return all;
}

// Roles gone-0 …, as many as `of`.
State state_with_roles(int of) {
  State state;
  for (int i = 0; i < of; ++i) state["roles"]["gone-" + std::to_string(i)] = {};
  return state;
}

bool too_many(int removed, int of, const std::vector<Cap>& caps, const Guards& guards = {}) {
  return !acctl::excessive(acctl::count_removals(state_with_roles(of), removals("roles", removed), guards, 0), caps)
              .empty();
}

std::string first(const std::vector<std::string>& sentences) { return sentences.empty() ? "" : sentences.front(); }

}  // namespace

TEST_CASE("promise 6: a share counts from four objects on, and to its last one") {
  const std::vector<Cap> quarter = {{.number = 25, .percent = true}};
  CHECK_FALSE(too_many(3, 3, quarter));
  CHECK(too_many(4, 4, quarter));
  CHECK_FALSE(too_many(5, 20, quarter));
  CHECK(too_many(6, 20, quarter));
  CHECK(too_many(5, 19, quarter));
}

TEST_CASE("promise 6: a number is a limit from the first object on, and the strictest of several holds") {
  CHECK(too_many(1, 100, {{.number = 0}}));
  CHECK_FALSE(too_many(2, 2, {{.number = 2}}));
  CHECK(too_many(3, 100, {{.number = 2}}));
  CHECK(too_many(3, 100, {{.number = 100, .percent = true}, {.number = 2}}));
}

TEST_CASE("promise 6: only what is named is let go beyond the cap") {
  Guards guards;
  guards.allowed_removals = {"roles/gone-0"};
  CHECK_FALSE(too_many(1, 1, {{.number = 0}}, guards));
  CHECK(too_many(2, 2, {{.number = 0}}, guards));
  guards.allowed_removals = {"teams/gone-0"};
  CHECK(too_many(1, 1, {{.number = 0}}, guards));
}

TEST_CASE("promise 6: members of a list are capped like objects, unless their owner goes with them") {
  State state;
  std::vector<Change> changes;
  for (const std::string key : {"a", "b", "c", "d"}) {
    state["role_permissions"]["agent/tickets." + key] = {};
    state["role_permissions"]["other/tickets." + key] = {};
    changes.push_back(removal("role_permissions", "agent/tickets." + key));
  }
  const std::vector<Cap> quarter = {{.number = 25, .percent = true}};
  CHECK(first(acctl::excessive(acctl::count_removals(state, changes, {}, 0), quarter)) ==
        "4 of 4 roles/agent permissions would be removed, and the limit is 25 %");
  changes.push_back(removal("roles", "agent"));
  CHECK(acctl::excessive(acctl::count_removals(state, changes, {}, 0), quarter).empty());
}

TEST_CASE("promise 6: of users all count, also those that were not read") {
  const auto share = [](std::int64_t users) {
    return acctl::excessive(acctl::count_removals({}, removals("users", 4), {}, users),
                            {{.number = 25, .percent = true}});
  };
  CHECK(share(16).empty());
  CHECK_FALSE(share(15).empty());
}

TEST_CASE("promise 6: what the product brings along is neither removed nor made removable") {
  Change change = removal("roles", "admin");
  change.fields["system"] = {true, nullptr};
  CHECK(first(acctl::system_removals({change})) == "roles/admin is a system role and cannot be removed");
  change.action = Action::change;
  change.fields["system"] = {true, false};
  CHECK(first(acctl::system_removals({change})) == "roles/admin is a system role and must remain one");
  change.fields["system"] = {false, nullptr};
  CHECK(acctl::system_removals({change}).empty());
}

TEST_CASE("promise 6: what is protected stays, by whatever way it would go") {
  State before;
  before["protections"]["roles/lead"].manager = "one";
  before["protections"]["teams/*"] = {};
  const auto refused = [&](const std::vector<Change>& changes, const Guards& guards = {}) {
    return first(acctl::protected_removals(before, changes, guards));
  };
  CHECK(refused({removal("roles", "lead")}) == "roles/lead is protected by manager one (roles/lead)");
  CHECK(refused({removal("teams", "any")}) == "teams/any is protected (teams/*)");
  CHECK(refused({removal("roles", "leader")}).empty());
  // Its line goes in the same run.
  CHECK_FALSE(refused({removal("protections", "roles/lead"), removal("roles", "lead")}).empty());
  // Its line comes in the same run.
  CHECK_FALSE(
      refused({{.action = Action::add, .kind = "protections", .key = "roles/x"}, removal("roles", "x")}).empty());
  Change rename{.action = Action::change, .kind = "roles", .key = "chief"};
  rename.fields["key"] = {"lead", "chief"};
  CHECK_FALSE(refused({rename}).empty());
  Guards guards;
  guards.allowed_removals = {"roles/lead"};
  CHECK(refused({removal("roles", "lead")}, guards).empty());
  guards.allowed_removals = {"roles/other"};
  CHECK_FALSE(refused({removal("roles", "lead")}, guards).empty());
}

TEST_CASE("promise 6: a file makes guards stricter, and never looser") {
  Guards given;
  given.min_admins = 3;
  CHECK(acctl::stricter(given, {.min_admins = 2}).min_admins == 3);
  CHECK(acctl::stricter(given, {.min_admins = 4}).min_admins == 4);
  const Guards both = acctl::stricter(given, {.max_removals = Cap{.number = 1}});
  CHECK(both.max_removals == std::vector<Cap>{{.number = 25, .percent = true}, {.number = 1}});
}

TEST_CASE("promise 6: a cap is a whole number or a share of at most all") {
  CHECK(acctl::parse_cap("--max-removals", "25%") == Cap{.number = 25, .percent = true});
  CHECK(acctl::parse_cap("--max-removals", "100%").number == 100);
  for (const char* bad : {"", "%", "-1", "101%", "1.5", "5 %", "all", "1e9", "99999999999999999999"}) {
    INFO(bad);
    CHECK_THROWS_AS(acctl::parse_cap("--max-removals", bad), acctl::Error);
  }
}

TEST_CASE("promise 6: no run leaves fewer admins than it must, nor none that could become one") {
  const auto refused = [](Admins before, Admins after, std::int64_t least) {
    return acctl::too_few(before, after, least).has_value();
  };
  CHECK(refused({.active = 1}, {.active = 0}, 1));
  CHECK(refused({.active = 3}, {.active = 1}, 2));
  CHECK_FALSE(refused({.active = 3}, {.active = 2}, 2));
  // Too few there were before it.
  CHECK_FALSE(refused({.active = 1}, {.active = 1}, 2));
  CHECK(refused({.active = 0, .invited = 1}, {.active = 0, .invited = 0}, 1));
  CHECK(refused({.active = 1, .invited = 0}, {.active = 0, .invited = 1}, 1));
}

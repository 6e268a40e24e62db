// Computes what people may do in a state, by the rules of the views in templates/tenant/0002_people.sql, and from that
// the effects of a plan and the access tests of definitions. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/definitions.hpp"

namespace acctl {

struct Holding {
  std::string level;          // the widest of all ways; "" if the permission has no levels
  std::set<std::string> via;  // "direct", "role:agent", "template:manager"
};

// Permission -> how it is held; "*" stands for everything and is not spread out. Nothing for a suspended user.
using Holdings = std::map<std::string, Holding>;
Holdings holdings_of_user(const State& state, const std::string& email);
// Whether a user has everything, or would have it again when no longer suspended.
bool is_admin(const State& state, const std::string& email);
// The same by a way that has no end.
bool is_permanent_admin(const State& state, const std::string& email);
Holdings holdings_of_role(const State& state, const std::string& role);
Holdings holdings_of_template(const State& state, const std::string& role_template);

// From 0, the widest, which "" counts as: what has no level is as wide as it gets.
int level_rank(const std::string& level);

// What `who` gains and loses, by the ways it is held.
std::vector<Effect> effects_between(const std::string& who, const Holdings& before, const Holdings& after);
// Who gains and loses what between two states that hold the people concerned with all their roles; by user.
std::vector<Effect> effects_between(const State& before, const State& after);

// A sentence for each gain in `effects` that one of `patterns` (tickets.delete, settings.*, *) matches.
std::vector<std::string> matching_gains(const std::vector<Effect>& effects, const std::vector<std::string>& patterns);

// A diagnostic for each expectation of `tests` that `state` does not fulfil.
struct TestResult {
  AccessTest test;
  std::vector<std::string> failures;
};
std::vector<TestResult> run_tests(const State& state, const std::vector<AccessTest>& tests);

// Whose holdings `changes` can alter.
struct AccessScope {
  std::set<std::string> users;
  std::set<std::string> roles;        // their holders
  std::set<std::string> templates;    // their holders
  std::set<std::string> permissions;  // their holders, whatever way
  bool empty() const { return users.empty() && roles.empty() && templates.empty() && permissions.empty(); }
};
AccessScope access_scope(const std::vector<Change>& changes);

}  // namespace acctl

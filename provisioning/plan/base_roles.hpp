// Base roles (`base: true`): where a tenant has some, each user holds exactly one of them, which does not expire.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// The keys of the base roles in `state`, sorted.
std::vector<std::string> base_roles(const State& state);

// The base role of somebody for whom none is named: the only one that does not give everything; "" if there is none, or
// a choice. `state` has roles and their permissions.
std::string default_base_role(const State& state);

// Whether one of `roles` is a base role.
bool names_base_role(const std::vector<std::string>& base, const std::vector<std::string>& roles);

// "ana@acme.example needs exactly one of the roles admin, user that does not expire"; "" if there are no base roles, or
// `held`, the roles that the user holds without an end, has one of them.
std::string base_role_problem(const std::string& email, const std::vector<std::string>& base,
                              const std::vector<std::string>& held);

// Whether `changes` add somebody, or change anybody's roles.
bool concern_base_roles(const std::vector<Change>& changes);

// A sentence for each user whom `changes` add, or whose roles they change, and who breaks the rule in `after`;
// suspended users may. `after` has all roles, and all that these users hold.
std::vector<std::string> base_role_problems(const State& after, const std::vector<Change>& changes);

}  // namespace acctl

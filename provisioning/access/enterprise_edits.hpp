// What an enterprise's grants are in one of its tenants. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// An e-mail address and a role.
using Grants = std::vector<std::pair<std::string, std::string>>;

// What has to be read to give or take them.
Scope scope_of_grants(const Grants& grants);

// Adds those who are not there as invited. Throws Error(invalid) for roles that the tenant does not have,
// Error(conflict) for users who are suspended there.
void give_grants(State& state, const Grants& grants);

// Whatever is not there is no matter.
void take_grants(State& state, const Grants& grants);

}  // namespace acctl

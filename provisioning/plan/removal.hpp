// Removes objects from a state. Pure.
#pragma once

#include <set>
#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

// With what belongs to them: the members of their lists, users' memberships. Each list is looked through once, however
// many objects go.
void remove_objects(State& state, const std::string& kind, const std::set<std::string>& keys);

}  // namespace acctl

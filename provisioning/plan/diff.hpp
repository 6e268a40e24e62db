// Computes differences between states, as values that can be shown, saved, checked, applied and inverted. Pure.
#pragma once

#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/renames.hpp"

namespace acctl {

// The changes that lead from `before` to `after`, in an order in which they can be executed: members are removed before
// their objects, objects are added before their members, and what others refer to is removed last.
std::vector<Change> diff(const State& before, const State& after, const Renames& renames = {});

// `state` after `changes`, which are applied even if they do not match: check mismatches() first.
State changed(State state, const std::vector<Change>& changes);

// All that is set of an object, manager and status with it.
ObjectFields collect_facts(const Object& object);

// The status of a new object of the kind; "" if the kind has no status, or is an edge kind.
std::string_view first_status(std::string_view kind);

// What undoes `changes`, in an order of execution.
std::vector<Change> inverse(std::vector<Change> changes);

}  // namespace acctl

// Reports of plan-like commands, as made by hand, for the tests of their formats.
#pragma once

#include <string>

#include "provisioning/plan/report.hpp"

namespace acctl::test {

Change change(Action action, const std::string& kind, const std::string& key, const FieldChanges& fields = {},
              const Place& place = {});

// One tenant: each action, members of lists, a rename, an effect, something to prune and adoptions.
FleetReport one_tenant();

// Three groups, many users with the same effect, tenants that are unchanged, skipped and failed.
FleetReport fleet();

// A tenant, an object and a file whose names are meant to break out of every format.
FleetReport hostile();

}  // namespace acctl::test

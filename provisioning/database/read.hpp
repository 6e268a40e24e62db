// Reading configuration: one statement for any number of kinds.
#pragma once

#include "provisioning/database/connection.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

struct ReadScope {
  bool people = true;  // users, and the edges that lead from or to them
};

// What is null in the database is absent in the state.
State read_state(Connection& tenant, const ReadScope& scope);

}  // namespace acctl

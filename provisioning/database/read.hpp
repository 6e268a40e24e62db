// Reading configuration: one round trip for any scope.
#pragma once

#include <cstdint>
#include <string>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

struct Reading {
  std::string database;    // current_database()
  std::string tenant;      // id of the tenant whose database it says to be; "" for a template
  std::int64_t epoch = 0;  // of the last run that provisioned
  std::int64_t revision = 0;
  bool applied = false;  // `digest` was applied last by `manager` and nothing has changed since: `state` was not read
  State state;           // what is null in the database is absent; protections are always read
};

// Where the scope has a manager the revision is asked for alone, and the rest only where it does not suffice: a tenant
// without changes then costs one row, and the server never loads the catalog of the other tables. `digest`: of the
// definitions that the manager would apply, "" to read in any case.
Reading read_tenant(Connection& tenant, const Scope& scope, const std::string& digest = "");

// Whose database it is and at which revision, without any state.
Reading identity_of(Connection& tenant);

// The state alone.
State read_state(Connection& tenant, const Scope& scope);

}  // namespace acctl

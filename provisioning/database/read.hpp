// Reads configuration, in one round trip for any scope.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/key_grant.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

struct Reading {
  std::int64_t revision = 0;
  bool applied = false;  // `digest` was applied last by `manager` and nothing has changed since: `state` was not read
  bool mail_waits = false;           // messages of an earlier run wait to be sent, due or not
  nlohmann::json entries = nullptr;  // that `manager` declared last to add to lists: see let_go_entries()
  State state;                       // what is null in the database is absent; protections are always read
  std::vector<KeyGrant> keys;        // by owner and name
};

// If the scope has a manager, only the revision is read first, and the rest only if that does not suffice: a tenant
// without changes then costs one row, and the server never loads the catalog of the other tables. `digest`: of the
// definitions that the manager would apply, "" to read in any case.
Reading read_tenant(Connection& tenant, const Scope& scope, const std::string& digest = "");

// Addresses of the objects that have longer texts or documents than the table of kinds allows: from before there was a
// limit. At most `most` of each kind.
std::vector<std::string> find_overlong(Connection& tenant, int most);

// How many objects a kind has, or how many members a list of one owner.
struct Count {
  const Kind* kind = nullptr;      // of the objects
  const EdgeKind* edge = nullptr;  // or the list
  std::string owner = {};          // and the key of its owner
};

// In the order of `wanted`, in one round trip.
std::vector<std::int64_t> count_present(Connection& tenant, const std::vector<Count>& wanted);

// The state alone.
State read_state(Connection& tenant, const Scope& scope);

}  // namespace acctl

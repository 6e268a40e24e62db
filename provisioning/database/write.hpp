// Writing configuration: one statement per kind and set of fields, never one per object.
#pragma once

#include "provisioning/database/connection.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Inserts all of `objects`, in the order of the kinds. None of them may exist yet. Runs in the caller's transaction.
void insert_state(Connection& tenant, const State& objects);

// The same as the database's owner, in a transaction of its own: how a template database is seeded.
void insert_state_as_owner(Connection& database, const State& objects);

}  // namespace acctl

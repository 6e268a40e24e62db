// Writes configuration, with one statement per kind and action, never one per object.
#pragma once

#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

// Carries out `changes` in their order, which diff() gives. Runs in the caller's transaction; throws Error(conflict)
// when an object does not exist (or already exists), SqlError for what the database refuses.
void write_changes(Connection& tenant, const std::vector<Change>& changes);

// Whatever waits for the end of the transaction is checked now, and throws SqlError.
void check_constraints_now(Connection& tenant);

// The same as the database's owner and in a transaction of its own: how a template database is seeded.
void write_as_owner(Connection& database, const std::vector<Change>& changes);

}  // namespace acctl

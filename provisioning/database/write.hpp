// Writes configuration, with one statement per kind and action, never one per object.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

// Address -> id, of users who were deleted. What they wrote refers to it.
using FormerIds = std::map<std::string, std::int64_t>;

// Carries out `changes` in their order, which diff() gives; users in `returning` are added under the ids that they had.
// Runs in the caller's transaction; throws Error(conflict) when an object does not exist (or already exists), SqlError
// for what the database refuses.
void write_changes(Connection& tenant, const std::vector<Change>& changes, const FormerIds& returning = {});

// Whatever waits for the end of the transaction is checked now, and throws SqlError.
void check_constraints_now(Connection& tenant);

// The same as the database's owner and in a transaction of its own: how a template database is seeded.
void write_as_owner(Connection& database, const std::vector<Change>& changes);

}  // namespace acctl

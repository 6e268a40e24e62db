// On whose behalf a command reads or writes: --as. What such a user may change is checked with the plan
// (provisioning/plan/authorization.hpp); here is what may be looked at.
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/authorization.hpp"

namespace acctl {

// --as as a State has it: in lower case, "" for none. Throws Error(invalid) if it is not a valid address.
std::string acting_user(const std::string& as);

// Throws Error(refused) if that user has not the right. Nothing for "".
void require_right(Connection& tenant, const std::string& as, Right right, const std::string& what);

// The same for users, roles and permissions, which only those may see who have a right to.
void require_sight(Connection& tenant, const std::string& as);

}  // namespace acctl

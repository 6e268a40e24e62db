// Checks what a command may read on behalf of a user (--as). What such a user may change is checked with the plan
// (provisioning/plan/authorization.hpp).
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/authorization.hpp"

namespace acctl {

// --as as a State has it: in lower case, "" for none. Throws Error(invalid) if it is not a valid address.
std::string acting_user(const std::string& as);

// Throws Error(refused) if that user does not have the right. Nothing for "".
void require_right(Connection& tenant, const std::string& as, Right right, const std::string& what);

// The same for users, roles and permissions, which only those may see who have a right to.
void require_sight(Connection& tenant, const std::string& as);

}  // namespace acctl

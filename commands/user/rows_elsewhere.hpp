// What becomes of the rows of a list that are for tenants which the command does not work on.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

// Throws Error(invalid), with all of them, for rows of `people` that name a tenant which does not exist. Names on
// standard error, each with its reason, those of tenants that are not among `selected` or not active.
void tell_rows_elsewhere(Session& session, Platform& platform, const std::vector<Invitee>& people,
                         const std::vector<Tenant>& selected);

}  // namespace acctl

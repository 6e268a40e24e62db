// The verbs of `api-key`, and what they share.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "provisioning/access/api_keys.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

Command api_key_list_command();
Command api_key_create_command();
Command api_key_revoke_command();

// Throws Error(refused) if the user of --as may not create keys of `owner`, or revoke the one that `maker` made. A key
// can do whatever its user can, so that only admins dispose of the keys of others.
void require_key_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record, const KeyOwner& owner,
                          const std::string& maker);

// Rolled back in a dry run.
Ending key_ending(const Session& session);

}  // namespace acctl

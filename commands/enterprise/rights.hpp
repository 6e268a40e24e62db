// What a session may see and change of an enterprise.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

// What the session may see of an enterprise: with --as what that user may see, else everything. Throws Error(refused)
// if that is nothing, also when there is no such enterprise; without --as Error(invalid) then.
EnterpriseRights require_enterprise_sight(const Session& session, Platform& platform, const std::string& key);

// Throws Error(refused) unless the session may change the grants and tenants of an enterprise: with --as, the user must
// be one of its active admins.
void require_enterprise_admin(const Session& session, Platform& platform, const std::string& key);

// Throws Error(refused) if the user of --as would no longer administer the enterprise.
void require_own_admin_after(const Session& session, Platform& platform, const std::string& key,
                             const EnterpriseLoss& loss);

// The refusal for a tenant that the user of --as does not administer, whether it exists or not.
Error not_administered(const Session& session, const std::string& slug);

}  // namespace acctl

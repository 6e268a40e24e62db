// The verbs of `enterprise`.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

Command enterprise_show_command();
Command enterprise_users_command();
Command enterprise_add_tenant_command();
Command enterprise_remove_tenant_command();
Command enterprise_grant_command();
Command enterprise_revoke_command();

// What the session may see of an enterprise: with --as what that user may, else everything. Throws Error(refused) where
// that is nothing.
EnterpriseRights require_enterprise_sight(const Session& session, Platform& platform, const std::string& key);

// The same for who changes its grants or tenants: with --as an active admin of the enterprise.
void require_enterprise_admin(const Session& session, Platform& platform, const std::string& key);

}  // namespace acctl

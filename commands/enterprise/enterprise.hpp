// The verbs of `enterprise`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command enterprise_create_command();
Command enterprise_list_command();
Command enterprise_show_command();
Command enterprise_users_command();
Command enterprise_add_tenant_command();
Command enterprise_remove_tenant_command();
Command enterprise_grant_command();
Command enterprise_revoke_command();

}  // namespace acctl

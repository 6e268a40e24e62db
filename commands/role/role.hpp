// The verbs of `role`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command role_list_command();
Command role_show_command();
Command role_create_command();
Command role_clone_command();
Command role_edit_command();
Command role_delete_command();
Command role_grant_command();
Command role_revoke_command();

}  // namespace acctl

// The verbs of `user`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command user_invite_command();
Command user_list_command();
Command user_show_command();
Command user_edit_command();
Command user_resend_command();
Command user_accept_command();
Command user_deactivate_command();
Command user_reactivate_command();
Command user_delete_command();
Command user_offboard_command();
Command user_sync_command();
Command user_permissions_command();

}  // namespace acctl

#include "commands/user/user.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command user_command() {
  return command_group("user", "manage the users of tenants",
                       R"(
Manages the users of a tenant: who they are, how they sign in and what they are allowed to do. A user occupies a seat
from the invitation until deletion.)",
                       {user_invite_command, user_list_command, user_show_command, user_edit_command,
                        user_resend_command, user_accept_command, user_deactivate_command, user_reactivate_command,
                        user_delete_command, user_offboard_command, user_sync_command, user_permissions_command});
}

}  // namespace acctl

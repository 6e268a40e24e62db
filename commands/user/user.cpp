#include "commands/user/user.hpp"

#include "commands/commands.hpp"
#include "commands/user/reports.hpp"

namespace acctl {

Command user_command() {
  return {
      .name = "user",
      .summary = "people: invite, change, suspend, delete, look at",
      .description =
          "The people of a tenant: who they are, how they get in, what they may do. A user takes a seat from the "
          "invitation on, until deleted.",
      .subcommands = {user_invite_command(), user_list_command(), user_show_command(), user_edit_command(),
                      user_resend_command(), user_accept_command(), user_deactivate_command(),
                      user_reactivate_command(), user_delete_command(), user_offboard_command(), user_sync_command(),
                      user_permissions_command()},
  };
}

}  // namespace acctl

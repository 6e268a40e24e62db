// The verbs of `team`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command team_list_command();
Command team_show_command();
Command team_create_command();
Command team_edit_command();
Command team_delete_command();
Command team_add_command();
Command team_remove_command();

}  // namespace acctl

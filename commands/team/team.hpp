// The verbs of `team`, and what several of them share.
#pragma once

#include "commands/shared/object_verbs.hpp"

namespace acctl {

Command team_list_command();
Command team_show_command();
Command team_create_command();
Command team_edit_command();
Command team_delete_command();
Command team_add_command();
Command team_remove_command();

extern const ObjectNoun team_noun;

}  // namespace acctl

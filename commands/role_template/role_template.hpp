// The verbs of `role-template`, and what several of them share.
#pragma once

#include "commands/shared/object_verbs.hpp"

namespace acctl {

Command role_template_list_command();
Command role_template_show_command();
Command role_template_create_command();
Command role_template_edit_command();
Command role_template_delete_command();
Command role_template_assign_command();
Command role_template_unassign_command();

extern const ObjectNoun role_template_noun;

}  // namespace acctl

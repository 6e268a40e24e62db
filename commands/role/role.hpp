// The verbs of `role`, and what several of them share.
#pragma once

#include "commands/shared/object_verbs.hpp"

namespace acctl {

Command role_list_command();
Command role_show_command();
Command role_create_command();
Command role_clone_command();
Command role_edit_command();
Command role_delete_command();
Command role_grant_command();
Command role_revoke_command();
Command role_lint_command();
Command role_matrix_command();

extern const ObjectNoun role_noun;

}  // namespace acctl

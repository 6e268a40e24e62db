// The verbs of `role`, and what several of them share.
#pragma once

#include "commands/shared/object_verbs.hpp"
#include "provisioning/access/roles.hpp"

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

// A role as `list` and `show` write it; `is_alone`: its tenant is in no enterprise, or the only one of it.
nlohmann::ordered_json to_json(const RoleSummary& role, const Tenant& tenant, bool is_alone);

}  // namespace acctl

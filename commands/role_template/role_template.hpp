// The verbs of `role-template`, and what several of them share.
#pragma once

#include "commands/shared/object_verbs.hpp"
#include "provisioning/access/roles.hpp"

namespace acctl {

Command role_template_list_command();
Command role_template_show_command();
Command role_template_create_command();
Command role_template_edit_command();
Command role_template_delete_command();
Command role_template_assign_command();
Command role_template_unassign_command();

extern const ObjectNoun role_template_noun;

// A role template as `list` and `show` write it.
nlohmann::ordered_json to_json(const RoleTemplateSummary& role_template, const Tenant& tenant);

}  // namespace acctl

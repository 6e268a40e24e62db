// The verbs of `user`, and what they share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/scope.hpp"

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

// The users named by `emails`, with their roles, permissions and teams.
inline Scope user_scope(const std::vector<std::string>& emails) {
  Scope scope{.kinds = {"permissions", "role_templates", "teams"}, .manager = {}};
  scope.users = {emails.begin(), emails.end()};
  scope.memberships = true;
  return scope;
}

// The identity providers that a user can sign in with, as values of --idp.
inline std::vector<std::string> identity_providers() {
  const std::vector<std::string_view>& all = find_choices("users", "idp");
  return {all.begin(), all.end()};
}

}  // namespace acctl

// What the verbs that edit users have to read of a tenant.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/scope.hpp"

namespace acctl {

// The users named by `emails`, with their roles, permissions and teams.
inline Scope user_scope(const std::vector<std::string>& emails) {
  Scope scope{.kinds = {"permissions", "role_templates", "teams"}, .manager = {}};
  scope.users = {emails.begin(), emails.end()};
  scope.memberships = true;
  return scope;
}

}  // namespace acctl

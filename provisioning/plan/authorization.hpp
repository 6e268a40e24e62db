// The limits of --as: a user of a tenant can do no more through acctl than in the application. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Rights over people; those over other configuration are declared with each kind (Kind::permissions). "*" allows
// everything; the other permission keys are those that acctl itself knows, the same in every pack. In a tenant whose
// catalogue lacks them only admins have the right.
enum class Right {
  see_people,     // users, roles, permissions, and who holds what
  invite_people,  // add users, with roles
  edit_people,    // change users, suspend and reactivate them
  delete_people,
  manage_people,  // assign roles, templates, permissions and CRM access
  everything,     // for admins only
};

// Permission keys any one of which gives the right.
const std::vector<std::string_view>& find_right_keys(Right right);

// Permission keys any one of which lets a user ask for an edit that reads `scope`. A user who may not see people learns
// nothing about them from a plan, a test or a message; one who may change nothing in the scope learns nothing at all.
std::vector<std::string_view> keys_to_read(const Scope& scope);

// A feature of the tenant's plan: without it the tenant's own users cannot have custom roles made.
constexpr std::string_view custom_roles_feature = "custom_roles";

// A sentence for each thing in `plan` that `user` may not do. `before` and `after` hold the user and all people
// concerned, with their roles. One rule besides the rights above: nobody changes the access or identity of somebody who
// has powers that they lack, and nobody grants or revokes what they do not hold, or grants it for longer than they hold
// it. Powers are permissions at their levels; the making of roles, which an account admin has (everything, or
// roles.manage, through a system role: no custom role gives it); and the reach of a role of the entire enterprise.
std::vector<std::string> exceeding(const std::string& user, const std::set<std::string>& features, const State& before,
                                   const State& after, const Plan& plan);

}  // namespace acctl

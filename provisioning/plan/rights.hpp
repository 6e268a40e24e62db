// What a user of a tenant may do through acctl (--as): no more than that user may in the application. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// "*" allows everything; of the others the permission keys that acctl itself understands, the same in every pack. A
// tenant whose catalogue lacks them leaves these things to its admins.
enum class Right {
  see_people,     // users, roles, permissions, and who holds what
  invite_people,  // add users, with roles
  edit_people,    // change users, suspend them and let them back
  delete_people,
  manage_people,  // assign roles, templates and permissions; role templates
  manage_roles,   // create and change roles: also takes the feature custom_roles of the tenant's plan
  manage_teams,
  everything,  // what only an admin may: the catalogue of permissions, protections
};

// Permission keys any one of which gives the right.
const std::vector<std::string_view>& keys_of(Right right);

// A plan's feature: without it, custom roles are not for the tenant's own users.
constexpr std::string_view custom_roles_feature = "custom_roles";

// A sentence for each thing among `changes` that `user` may not do. `before` and `after` hold the user and all people
// concerned, with their roles. Nobody hands out more than they hold, and only admins touch admins.
std::vector<std::string> exceeding(const std::string& user, const std::set<std::string>& features, const State& before,
                                   const State& after, const std::vector<Change>& changes,
                                   const std::vector<Effect>& effects);

}  // namespace acctl

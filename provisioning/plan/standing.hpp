// Asks the tenant's database whether the user of --as has a right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/authorization.hpp"

namespace acctl {

// Throws Error(refused) if `user` is not an active user who holds one of `keys` at the widest level, or everything; its
// message says that they may not `what`.
void require_one_of(Connection& tenant, const std::string& user, const std::vector<std::string_view>& keys,
                    const std::string& what);

// Whether `user` is, and does.
bool holds_one_of(Connection& tenant, const std::string& user, const std::vector<std::string_view>& keys);

constexpr std::string_view hint_of_rights = "With --as, acctl can do only what this user can do in the application.";
constexpr std::string_view seeing_people = "see users, roles and permissions";

}  // namespace acctl

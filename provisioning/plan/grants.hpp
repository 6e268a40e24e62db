// Computes what people are given in a state, whether it counts at present or not; effects.hpp computes what counts.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/plan/effects.hpp"

namespace acctl {

// holdings_of_user() for suspended users as well: what they would have after reactivation.
Holdings latent_holdings(const State& state, const std::string& email);
// All that is given to a user, whether it counts or not: permissions of the resource crm take CRM access as well.
// `counts`: which of the assignments of roles to look at; all without it.
Holdings grants_of_user(const State& state, const std::string& email,
                        const std::function<bool(const Object& assignment)>& counts = nullptr);
std::vector<std::string> roles_held(const State& state, const std::string& email);
// The level at which a user holds `permission` if it was granted without one; "" if it has no levels.
std::string widest_level(const State& state, const std::string& permission);

}  // namespace acctl

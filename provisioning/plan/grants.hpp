// What is given to people in a state, whether it counts at present or not; beside access.hpp, which says what counts.
// Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/plan/effects.hpp"

namespace acctl {

// holdings_of_user() also for somebody suspended: what they would have again.
Holdings latent_holdings(const State& state, const std::string& email);
// All that is given to a user, whether it counts or not: permissions of the resource crm take CRM access as well.
// `counts`: which of the assignments of roles to look at; all without it.
Holdings grants_of_user(const State& state, const std::string& email,
                        const std::function<bool(const Object& assignment)>& counts = nullptr);
std::vector<std::string> roles_held(const State& state, const std::string& email);
// The level at which somebody holds `permission` who was given it without one; "" where it has no levels.
std::string widest_level(const State& state, const std::string& permission);

}  // namespace acctl

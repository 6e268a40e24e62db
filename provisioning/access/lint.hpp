// Finds weaknesses of a model of roles: roles that overlap, that nobody has, that give more than they list. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

struct RoleFinding {
  std::string rule;  // overlap, nearly-identical, unused, wildcard
  std::vector<std::string> roles;
  std::string message;  // a sentence
  std::string suggestion;
};

// Role -> users who hold it.
using Holders = std::map<std::string, std::int64_t>;

// By rule, then by role. `state` holds permissions and roles; without `holders` nothing is said of unused roles. System
// roles come with the product: findings that concern only them are not reported.
std::vector<RoleFinding> lint_roles(const State& state, const std::optional<Holders>& holders);

}  // namespace acctl

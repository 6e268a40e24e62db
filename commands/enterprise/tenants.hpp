// The tenants that the verbs of `enterprise` work on.
#pragma once

#include <string>
#include <vector>

#include "commands/enterprise/grants.hpp"

namespace acctl {

// The tenants of an enterprise, whatever their status.
std::vector<Tenant> list_members(Platform& platform, const std::string& key);

// The tenants named by `slugs`, which must be in enterprise `key` or in none, and active; for GrantAction::take they
// may be suspended as well. Throws Error(invalid) for an unknown one, Error(conflict) otherwise.
std::vector<Tenant> require_named_tenants(Platform& platform, const std::string& key,
                                          const std::vector<std::string>& slugs, GrantAction action);

}  // namespace acctl

// Finds contradictions between the grants of an enterprise in the registry and what one of its tenants holds.
#pragma once

#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// A sentence for each, with the command that settles it. `database`: the tenant's.
std::vector<std::string> enterprise_contradictions(Platform& platform, const Tenant& tenant, Connection& database);

}  // namespace acctl

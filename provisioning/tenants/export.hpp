// A tenant's configuration as a definitions document.
#pragma once

#include <string>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// All kinds but the people and what is assigned to them; sorted, so that equal configurations give equal bytes.
std::string export_tenant(Connection& database);

// Exports the tenant and keeps the document with its registry row.
void keep_export(Platform& platform, const Tenant& tenant);

}  // namespace acctl

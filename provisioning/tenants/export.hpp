// A tenant's configuration as a definitions document.
#pragma once

#include <string>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// All kinds but the people and what is assigned to them; sorted, so that equal configurations give equal bytes.
std::string export_tenant(Connection& database);

// The same for a tenant of the registry.
std::string export_of(const Platform& platform, const Tenant& tenant);

// Keeps an export with the tenant's registry row, in the caller's transaction.
void keep_export(Transaction& transaction, const Tenant& tenant, const std::string& document);

}  // namespace acctl

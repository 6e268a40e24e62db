// Reads the tenants of a configuration run.
#pragma once

#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

// The statement that list_targets() sends for the tenants of these slugs, to be passed to Platform::open().
Statement targets_of(const std::vector<std::string>& slugs);

// As list_tenants(), but of each tenant only what a run on its database needs: id, slug, status, plan, server, region,
// database, schema version, labels, enterprise, epoch, end of the ledger.
std::vector<Tenant> list_targets(Platform& platform, const TenantFilter& filter);

// What their plans turn on: Tenant::features.
void add_features(Platform& platform, std::vector<Tenant>& tenants);

}  // namespace acctl

// An API key as a record of standard output.
#pragma once

#include <nlohmann/json.hpp>

#include "provisioning/access/api_keys.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// The key itself is not part of it.
nlohmann::ordered_json api_key_record(const ApiKey& key, const Tenant& tenant);

}  // namespace acctl

// Makes the API keys that an enterprise has in a tenant those that the registry has.
#pragma once

#include <string>
#include <vector>

#include "provisioning/plan/executor.hpp"
#include "provisioning/platform/enterprise_keys.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct SettledKeys {
  std::vector<std::string> made;   // names
  std::vector<std::string> ended;  // names
};

// In a session or transaction of the caller's, which sees to the ledger: keys that are missing are made, others end. A
// key whose role the tenant lacks can do nothing there.
SettledKeys settle_enterprise_keys(Connection& tenant, const std::vector<EnterpriseKey>& keys);

// The same in a transaction of its own, with an entry in the ledger if anything changed. In suspended tenants, too.
SettledKeys settle_keys_of_tenant(const Platform& platform, const Tenant& tenant,
                                  const std::vector<EnterpriseKey>& keys, const RunRecord& record, Ending ending);

// In `database`, a session of that tenant that may write.
SettledKeys settle_keys_of_tenant(const Platform& platform, const Tenant& tenant, TenantSession& database,
                                  const std::vector<EnterpriseKey>& keys, const RunRecord& record, Ending ending);

}  // namespace acctl

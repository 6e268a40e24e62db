#include "provisioning/tenants/tenant_locks.hpp"

#include "provisioning/tenants/tenant_locks.sql.hpp"

namespace acctl {

TenantLocks::TenantLocks(Platform& platform, const std::vector<std::string>& slugs) : platform_(platform) {
  if (slugs.size() == 1) {
    single_.emplace(platform, slugs.front());
    slugs_.insert(slugs.front());
    return;
  }
  for (const Row row : platform.control().query(sql::try_lock_tenants, {text_array(slugs)}))
    slugs_.emplace(row.view(0));
}

TenantLocks::~TenantLocks() {
  if (single_ || slugs_.empty() || !platform_.control().usable()) return;
  try {
    platform_.control().query(sql::unlock_tenants, {text_array(slugs_)});
  } catch (const std::exception&) {
    // The session is lost, and the locks with it.
  }
}

}  // namespace acctl

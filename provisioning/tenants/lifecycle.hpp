// What happens to a tenant after it is active: suspended, resumed, deleted. Each can be run again after an
// interruption at any point, and does what is missing then. A rehearsal checks and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct LifecycleResult {
  Tenant tenant;
  bool changed = false;
  std::vector<std::string> ended = {};  // whose access ended before the tenant was let back, as sentences
};

// Locks the tenant's application out, ends its sessions, unpublishes its routes.
LifecycleResult suspend_tenant(Platform& platform, const std::string& slug, Mode mode);

// Lets a suspended tenant back, or one that is held for deletion and was in use before; first what was taken away from
// people while it was out of reach is taken away there, too. If that fails the tenant is suspended, not active.
LifecycleResult resume_tenant(Platform& platform, const std::string& slug, Mode mode);

struct DeleteRequest {
  std::string slug;
  std::optional<std::chrono::milliseconds> hold;  // from now; none: 30 days at first, afterwards what was set before
  bool keep_export = true;
};

// Whether the deletion, now that the tenant is as it is, ends with the drop and not with a hold.
bool drops_now(const Tenant& tenant, const DeleteRequest& request);

// Unpublishes, keeps an export in the registry, ends all sessions and puts the database into quarantine; drops it, its
// roles and its storage once the hold is over. Until then the tenant is `deprovisioning`, afterwards `deleted`.
LifecycleResult delete_tenant(Platform& platform, const DeleteRequest& request, Mode mode);

// Drops a tenant whose hold is over, as delete_tenant() does; whoever was resumed or is held for longer is left alone.
LifecycleResult purge_tenant(Platform& platform, const std::string& slug);

}  // namespace acctl

// Suspends, resumes and deletes tenants. Each function can be called again after an interruption at any point, and then
// does what is missing. A rehearsal checks and changes nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioning/tenants/data_dump.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct LifecycleResult {
  Tenant tenant;
  bool changed = false;
  std::vector<std::string> ended = {};  // whose access ended before the tenant was let back, as sentences
  std::string kept = {};                // where its export went, as a clause; "" for nowhere
  std::optional<std::int64_t> export_id = {};
};

// Locks the tenant's application out, ends its sessions, unpublishes its routes.
LifecycleResult suspend_tenant(Platform& platform, const std::string& slug, Mode mode);

// Resumes a suspended tenant, or one that is held for deletion and was active before; first the access is removed that
// people lost while it was held. If that fails, the tenant stays suspended. Throws Error(conflict) for one whose
// restore or clone is not finished: the access of the tenant that its data is of may still be in it, or that of its
// pack.
LifecycleResult resume_tenant(Platform& platform, const std::string& slug, Mode mode);

// The same for such a tenant once it is filled.
LifecycleResult open_filled_tenant(Platform& platform, const std::string& slug);
// Before it: what a run that was killed had opened already is shut again, and is no damage that was repaired.
LifecycleResult shut_unfinished_tenant(Platform& platform, const std::string& slug);

struct DeleteRequest {
  std::string slug;
  std::optional<std::chrono::milliseconds> hold;  // from now; none: 30 days at first, afterwards what was set before
  bool keep_export = true;
  bool with_data = false;             // also a dump of the database
  Interrupted interrupted = nullptr;  // ends the wait for it
};

// Whether the deletion, now that the tenant is as it is, ends with the drop and not with a hold.
bool drops_now(const Tenant& tenant, const DeleteRequest& request);

// Unpublishes, keeps an export in the registry (and a dump in the archive), ends all sessions, those of staff too, and
// puts the database into quarantine; drops it, its roles and its storage once the hold is over. Until then the tenant
// is `deprovisioning`, afterwards `deleted`.
LifecycleResult delete_tenant(Platform& platform, const DeleteRequest& request, Mode mode);

// Drops a tenant whose hold is over, as delete_tenant() does; whoever was resumed or is held for longer is left alone.
LifecycleResult purge_tenant(Platform& platform, const std::string& slug);

}  // namespace acctl

// The way of commands that look at one tenant: its registry row and a session in its database, begun at once.
#pragma once

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct TenantTarget {
  Platform platform;
  Tenant tenant;
  TenantSession database;
};

// Throws Error(invalid) where not exactly one tenant is named, or one that is not there; Error(conflict) where it is
// neither active nor suspended. Whose database it is shows with the first question.
TenantTarget open_tenant(Session& session);

}  // namespace acctl

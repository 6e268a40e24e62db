// The way of commands that look at one tenant: its registry row and a session in its database, begun at once.
#pragma once

#include <memory>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct TenantSession {
  Platform platform;
  Tenant tenant;
  std::unique_ptr<Connection> database;
};

// Throws Error(invalid) where not exactly one tenant is named, or one that is not there; Error(conflict) where it is
// not active. Whose database it is shows with the first question.
TenantSession open_tenant(Session& session);

}  // namespace acctl

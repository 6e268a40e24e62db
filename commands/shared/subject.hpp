// The user of a tenant whose access `can`, `why` and `user permissions` report.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct AccessSubject {
  Platform platform;
  Tenant tenant;
  TenantSession database;  // begun at once; whose it is shows with the first question
  std::string email;       // in lower case; whether the tenant has such a user is not known yet
};

// Opens the one tenant that the session names. Throws Error(invalid) where not exactly one is named, or one that is not
// there; Error(conflict) where it is neither active nor suspended; Error(refused) if the user of --as may not see other
// users.
AccessSubject open_subject(Session& session, const std::string& email);

}  // namespace acctl

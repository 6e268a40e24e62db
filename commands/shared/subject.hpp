// The user of a tenant whose access `can`, `why` and `user permissions` report.
#pragma once

#include <string>

#include "cli/session.hpp"
#include "commands/shared/tenant_target.hpp"

namespace acctl {

struct AccessSubject {
  TenantTarget tenant;
  std::string email;  // in lower case; whether the tenant has such a user is not known yet
};

// Opens the one tenant that the session names. Throws what open_tenant() throws, and Error(refused) if the user of --as
// may not see other users.
AccessSubject open_subject(Session& session, const std::string& email);

}  // namespace acctl

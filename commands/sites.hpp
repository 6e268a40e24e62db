// Commands that write what is more than configuration: invitations, keys. One transaction in each tenant.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/edits.hpp"
#include "provisioning/plan/run.hpp"

namespace acctl {

// A tenant with all that a write in it needs.
struct Site {
  Platform& platform;
  const Tenant& tenant;
  Connection& database;
  Identity identity;
  RunRecord record;
  Ending ending;
  Reconnect reconnect;
};

// Works on the active tenants that the session names, one after the other; what fails in one of several stops nothing
// and is said at the end with Error(partial). `command` as the ledger names it.
void for_each_site(Session& session, const std::string& command, const std::vector<std::string>& exclude,
                   const std::function<void(Site& site)>& work);

}  // namespace acctl

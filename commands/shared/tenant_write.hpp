// Commands that write what is more than configuration: invitations, keys. One transaction in each tenant.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

// A tenant with all that a write in it needs.
struct TenantWrite {
  Platform& platform;
  const Tenant& tenant;
  TenantSession& database;
  Identity identity;
  RunRecord record;
  Ending ending;
  Reconnect reconnect;
  // Counted by who queues them: new ones, and those of other runs that may be waiting.
  std::int64_t mails = 0;
  std::int64_t older_mails = 0;
};

struct SiteJob {
  std::string command;  // as the ledger names it
  std::vector<std::string> exclude;
  std::function<void(TenantWrite& site)> work;
  std::function<void()> write = nullptr;  // the outcome, when all is done or has failed
  Unnamed unnamed = Unnamed::refused;
};

// Works on the active tenants that the session names, one after the other, and sends the mails that were queued, or
// where there are none older ones; what fails in one of several stops nothing and is said at the end with
// Error(partial).
void for_each_site(Session& session, const SiteJob& job);

}  // namespace acctl

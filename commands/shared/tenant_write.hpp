// Commands that write invitations and keys do so in one transaction per tenant.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

// A tenant, with everything that a write to it needs.
struct TenantWrite {
  Platform& platform;
  const Tenant& tenant;
  TenantSession& database;
  ExclusiveRun run;
  // Invitations that the work has queued, and messages of earlier runs that may be waiting.
  std::int64_t mails = 0;
  std::int64_t older_mails = 0;
};

struct TenantWriteJob {
  std::string command;  // as the ledger names it
  std::vector<std::string> exclude;
  std::function<void(TenantWrite& write)> work;
  std::function<void()> write = nullptr;  // shows the outcome, when every tenant is done or has failed
  Unnamed unnamed = Unnamed::refused;
  bool takes_seats = false;  // the work adds users
  bool sends_older = false;  // messages of earlier runs are what the command is about
  // `look` reads each tenant before the first one is written, and `looked` throws what was mistyped (exit 3), so that
  // such a command has touched nothing. `looked` is not called if a tenant cannot be read: it might have had the
  // object.
  std::function<void(const Tenant& tenant, TenantSession& database)> look = nullptr;
  std::function<void()> looked = nullptr;
  // Called with the tenants that are selected, before anything is read or written there; may throw.
  std::function<void(Platform& platform, const std::vector<Tenant>& tenants)> selected = nullptr;
  // Called when all are read, also if some cannot be: asks whether the others are written, or throws.
  std::function<void(const FleetReport& unread)> confirm = nullptr;
};

// Works on the active tenants that the session names, one after the other, then sends the messages that were queued, or
// older ones if there are none. A failure in one of several tenants stops nothing and is thrown at the end as
// Error(partial).
void for_each_site(Session& session, const TenantWriteJob& job);

}  // namespace acctl

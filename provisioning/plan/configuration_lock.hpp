// The lock that makes a transaction the only writer of a tenant's configuration, and how its holder gives way to the
// tenant's application.
//
// Locks have one order for all writers: the row of acctl.revision, then rows of app.users and others. The application
// can still come the other way round (templates/tenant/0006_rules.sql). Two that wait for each other would be found by
// the server after a second, and the one to lose would be the one that began to wait first: mostly the application. So
// acctl waits for rows but briefly while it holds the lock, gives the lock back, and begins again.
#pragma once

#include <cstdint>
#include <functional>

#include "provisioning/database/connection.hpp"

namespace acctl {

struct LockedConfiguration {
  std::int64_t revision = 0;
  std::int64_t epoch = 0;  // of the last run that fenced off earlier ones; 0 if the database belongs to no tenant yet
};

// Takes the row and returns what it guards. Waits for it as long as the session waits for locks; for what comes after
// it in this transaction, a fifth of a second.
LockedConfiguration lock_configuration(Transaction& transaction);

// Calls `attempt`, and again if a lock blocked it (deadlock or lock timeout), after a short pause of random length,
// until it has taken as long as the session waits for locks. What `attempt` throws last is thrown.
void retry_when_blocked(const Connection& tenant, const std::function<void()>& attempt);

}  // namespace acctl

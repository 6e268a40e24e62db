// The verbs of `outbox`, and the tenants they work on.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

Command outbox_list_command();
Command outbox_deliver_command();
Command outbox_retry_command();

// The active tenants among those that the session names, without `exclude`; all active ones if it names none.
std::vector<Tenant> select_active_tenants(Session& session, Platform& platform,
                                          const std::vector<std::string>& exclude);

}  // namespace acctl

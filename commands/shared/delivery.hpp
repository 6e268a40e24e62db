// Delivery of messages right after the command that queued them.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "commands/reports/change_text.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Sends what `run` has queued in `tenants` ("": all that is due there), for a few seconds at most. What is not sent
// stays queued, with a warning that says why and how to send it later; the command does not fail.
void deliver_now(Session& session, const Platform& platform, const std::vector<const Tenant*>& tenants,
                 const std::string& run);

// "1 message", "2 messages"
inline std::string mails(std::int64_t count) { return counted(static_cast<std::size_t>(count), "message"); }

}  // namespace acctl

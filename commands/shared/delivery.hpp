// Mail that leaves right after the command that queued it.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "commands/reports/change_text.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Sends what `run` has queued in `tenants` ("": all that is due there), for a few seconds at most. What does not go out
// waits, and the person is told why and what sends it later; that is no failure of the command.
void deliver_now(Session& session, const Platform& platform, const std::vector<const Tenant*>& tenants,
                 const std::string& run);

// "1 mail", "2 mails"
inline std::string mails(std::int64_t count) { return counted(static_cast<std::size_t>(count), "mail"); }

}  // namespace acctl

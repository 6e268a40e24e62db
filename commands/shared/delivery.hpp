// Delivery of messages right after the command that queued them.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "commands/reports/change_text.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// Who has queued the messages that are to be sent: this command, or an earlier one that was killed before it could.
enum class QueuedBy { this_run, earlier_run };

// Sends what `run` has queued in `tenants` ("": all that is due there). It begins no message after a few seconds, and
// waits for the answer to each as long as mail.timeout says. What is not sent stays queued, with a warning that says
// why and how to send it later; the command does not fail. Throws Error(interrupted) if it is interrupted meanwhile.
void deliver_now(Session& session, const Platform& platform, const std::vector<const Tenant*>& tenants,
                 const std::string& run, QueuedBy by = QueuedBy::this_run);

// Says how many messages will be sent, or held, before they are: in the words of plans, and also in a dry run.
void tell_messages(Session& session, const MessageTotals& messages);

// "1 message", "2 messages"
inline std::string mails(std::int64_t count) { return counted(static_cast<std::size_t>(count), "message"); }

}  // namespace acctl

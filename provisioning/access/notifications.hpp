// Notifies people of changes that concern them: invitations of new users, and the end or return of access. The messages
// are queued in the transaction that makes the changes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

struct Notices {
  std::vector<std::string> guests;  // who is invited, or invited again
  std::vector<std::string> moved;   // whose address changes: they get a new invitation if they are invited
  std::vector<std::string> suspended;
  std::vector<std::string> reactivated;

  // But for those who moved, of whom it is not known whether they are invited.
  bool empty() const { return guests.empty() && suspended.empty() && reactivated.empty(); }
};
Notices collect_notices(const Plan& plan);

// How many messages a plan queues, but for invited users whose address changes (Plan::moved_guests).
struct MessageCounts {
  std::size_t invitations = 0;
  std::size_t notifications = 0;  // to people who have signed up
};
MessageCounts count_messages(const Plan& plan);

// What an edit in `tenant` (id) does with them: Edit::also. The platform's key is looked for when it is needed.
std::function<void(Transaction&, const Plan&, Ending)> queue_notifications(const Platform& platform,
                                                                           const std::string& tenant,
                                                                           const RunRecord& record);

}  // namespace acctl

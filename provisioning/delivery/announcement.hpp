// Announces to the administrators of a tenant that staff look into its database, before they do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

struct Announcement {
  bool wanted = false;                  // by the tenant's setting support.announce_access
  std::vector<std::string> recipients;  // addresses; not empty if it is wanted
  std::string organization;
  std::string date;  // as the header of a message has it
};

// Whom the tenant's setting support.announce_access wants to be told. Throws Error(refused) if it wants somebody to be
// told and there is nobody: an administrator who is invited or suspended is no reader of messages.
Announcement prepare_announcement(const TenantSession& database, const Tenant& tenant);

// Sends it to all of them now. It does not wait in the outbox: what is announced must not come after what it announces.
// Throws Error(connection) if a message cannot be sent, Error(failed) if the platform has no mail transport.
void send_announcement(const Platform& platform, const Announcement& announcement, bool writes,
                       const std::function<bool()>* interrupted);

}  // namespace acctl

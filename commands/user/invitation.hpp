// What `user invite` and `user resend` have in common: the options of an invitation and its terms.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/tenant_write.hpp"
#include "provisioning/access/invitations.hpp"

namespace acctl {

// Calls `write`, which shows links if `links` says so. What it throws tells how to get others, for nobody has seen
// those.
void show_links(bool links, const std::function<void()>& write);

// --expires and --print-link.
struct InvitationOptions {
  std::string expires;  // "": as the tenant's setting says
  bool print_link = false;
};
std::vector<Option> invitation_options(InvitationOptions& options);

// Whether links are printed. A dry run prints none, because the links of a transaction that is rolled back never work.
bool shows_links(const Session& session, const InvitationOptions& options);

// The lifetime of the invitation in milliseconds, from a minute to 90 days; none if it is not given. Throws
// Error(invalid).
std::optional<std::int64_t> parse_lifetime(const InvitationOptions& options);

// The terms of an invitation to the tenant of `site`. `key` must outlive them.
InvitationTerms invitation_terms(const TenantWrite& site, const Secret& key, std::optional<std::int64_t> lifetime,
                                 bool links);

}  // namespace acctl

// The verbs of `user`, and what they share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/session.hpp"
#include "commands/shared/tenant_write.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

Command user_invite_command();
Command user_resend_command();
Command user_accept_command();
Command user_list_command();
Command user_show_command();
Command user_edit_command();
Command user_deactivate_command();
Command user_reactivate_command();
Command user_delete_command();
Command user_sync_command();
Command user_offboard_command();

// --expires and --print-link.
struct InvitationOptions {
  std::string expires = "7d";
  bool print_link = false;
};
std::vector<Option> invitation_options(InvitationOptions& options);

// Whether links are shown: those of a dry run would never work.
bool shows_links(const Session& session, const InvitationOptions& options);

// How long an invitation is good for: over a minute and up to 90 days. Throws Error(invalid).
std::int64_t lifetime_of(const InvitationOptions& options);

// Where a token of the tenant completes an invitation, up to the token.
std::string link_base_in(const TenantWrite& site);

}  // namespace acctl

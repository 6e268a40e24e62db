#include "commands/outbox/outbox.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/shared/tenant_selection.hpp"

namespace acctl {

std::vector<Tenant> select_active_tenants(Session& session, Platform& platform,
                                          const std::vector<std::string>& exclude) {
  std::vector<Tenant> tenants = selected_tenants(session, platform, exclude, {}, Unnamed::all);
  // The timer, which names none, would write it every minute.
  if (session.settings().all || !session.settings().match.empty() || !session.settings().tenants.empty()) {
    tell_left_out(session, tenants, Reach::active);
  }
  std::erase_if(tenants, [](const Tenant& tenant) { return tenant.status != "active"; });
  return tenants;
}

Command outbox_command() {
  return command_group("outbox", "manage queued messages", R"(
Commands that invite people, or that end or restore somebody's access, queue messages in the tenant's database in the
same transaction as the change, and deliver them right afterwards. Messages that could not be delivered stay queued
here.)",
                       {outbox_list_command, outbox_deliver_command, outbox_retry_command});
}

}  // namespace acctl

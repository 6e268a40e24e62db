#include "commands/access/api_key.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

void require_key_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record, const KeyOwner& owner,
                          const std::string& maker) {
  if (record.as.empty()) return;
  if (!owner.is_user()) {
    const bool own = maker == record.as;
    require_right(database, record.as, own ? Right::manage_people : Right::everything,
                  "create or revoke API keys of the organization");
    return;
  }
  if (record.as == owner.key) return;
  require_right(database, record.as, Right::everything, "create or revoke the API keys of others");
  require_rights(database, make_identity(tenant), record,
                 {{.action = Action::change, .kind = "users", .key = owner.key}});
}

Ending key_ending(const Session& session) { return session.settings().dry_run ? Ending::roll_back : Ending::commit; }

Command api_key_command() {
  return command_group("api-key", "manage API keys",
                       R"(
An API key lets a program do what its user is allowed to do, or less: what a role or permissions of its own say. A key
of the organization or of its enterprise has no user, so it always has a role or permissions of its own. No key can do
more than its user and the user who made it can do at that moment; a change of their roles takes effect the next time
the key is used. A key ends when its user, or the user who made it, is suspended or deleted.)",
                       api_key_list_command(), api_key_create_command(), api_key_revoke_command());
}

}  // namespace acctl

#include "commands/access/api_key.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

void require_key_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record,
                          const std::string& email) {
  if (record.as == email) return;
  require_right(database, record.as, Right::everything, "create or revoke the API keys of others");
  require_rights(database, identity_of(tenant), record, {{.action = Action::change, .kind = "users", .key = email}});
}

Ending key_ending(const Session& session) { return session.settings().dry_run ? Ending::roll_back : Ending::commit; }

Command api_key_command() {
  return command_group("api-key", "list, create and revoke API keys",
                       R"(
An API key lets a program do exactly what its user is allowed to do; a change of the user's roles takes effect the next
time the key is used.)",
                       {api_key_list_command(), api_key_create_command(), api_key_revoke_command()});
}

}  // namespace acctl

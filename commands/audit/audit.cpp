#include "commands/audit/audit.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command audit_command() {
  return command_group("audit", "inspect the audit trail", R"(
The control database records each action of staff on the platform and its tenants, refused attempts, exports and
reviews. Entries are only ever added, and each contains the hash of the one before it.)",
                       {audit_list_command, audit_verify_command, audit_head_command, audit_export_command});
}

}  // namespace acctl

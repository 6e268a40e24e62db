#include "commands/tenant/tenant.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"

namespace acctl {

Command tenant_command() {
  return command_group(
      "tenant", "manage tenants, the customer organizations", R"(
A tenant is a customer organization with its own database, file storage, host names and support address. It is
provisioned in eight steps, each of which checks what exists before it acts, so that every command here can be
repeated after any interruption.)",
      {tenant_create_command,   tenant_clone_command,   tenant_list_command,     tenant_show_command,
       tenant_status_command,   tenant_edit_command,    tenant_set_plan_command, tenant_label_command,
       tenant_validate_command, tenant_plan_command,    tenant_apply_command,    tenant_drift_command,
       tenant_retry_command,    tenant_suspend_command, tenant_resume_command,   tenant_delete_command,
       tenant_purge_command,    tenant_archive_command, tenant_restore_command,  tenant_migrate_command,
       tenant_doctor_command,   tenant_watch_command,   tenant_connect_command,  tenant_disconnect_command});
}

}  // namespace acctl

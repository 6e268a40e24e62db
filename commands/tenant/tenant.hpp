// The verbs of `tenant`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command tenant_create_command();
Command tenant_clone_command();
Command tenant_list_command();
Command tenant_show_command();
Command tenant_status_command();
Command tenant_edit_command();
Command tenant_set_plan_command();
Command tenant_label_command();
Command tenant_validate_command();
Command tenant_plan_command();
Command tenant_apply_command();
Command tenant_drift_command();
Command tenant_retry_command();
Command tenant_suspend_command();
Command tenant_resume_command();
Command tenant_delete_command();
Command tenant_purge_command();
Command tenant_migrate_command();
Command tenant_doctor_command();
Command tenant_watch_command();
Command tenant_archive_command();
Command tenant_restore_command();
Command tenant_connect_command();
Command tenant_disconnect_command();

}  // namespace acctl

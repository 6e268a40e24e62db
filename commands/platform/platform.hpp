// The verbs of `platform`, and what they share.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "cli/session.hpp"

namespace acctl {

Command platform_init_command();
Command platform_upgrade_command();
Command platform_status_command();
Command platform_apply_command();
Command platform_check_command();

// Throws Error(invalid) with --dry-run: databases and roles are created outside of any transaction, so that there is
// nothing to roll back.
void refuse_dry_run(const Session& session, const std::string& command);

}  // namespace acctl

// The verbs of `audit`.
#pragma once

#include "cli/command.hpp"

namespace acctl {

Command audit_list_command();
Command audit_verify_command();
Command audit_head_command();
Command audit_export_command();

}  // namespace acctl

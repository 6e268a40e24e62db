// The nouns: each command file gives its part of the command tree.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/trail.hpp"

namespace acctl {

Command audit_command();
Command can_command();
Command completion_command();
Command config_command();
Command explain_command();
Command fleet_command();
Command help_command();
Command tenant_command();
Command outbox_command();
Command pack_command();
Command platform_command();
Command local_command();
Command enterprise_command();
Command role_command();
Command role_template_command();
Command team_command();
Command user_command();
Command api_key_command();
Command manual_command();
Command plan_command();
Command apply_command();
Command drift_command();
Command test_command();
Command log_command();
Command undo_command();
Command export_command();
Command fmt_command();
Command import_command();
Command init_command();
Command schema_command();
Command review_command();
Command validate_command();
Command version_command();
Command who_can_command();
Command why_command();

// What could stand for the last of the words of an unfinished command line (argv without the program), a line each: the
// whole word, a tab, what it is. Never asks and starts nothing; in 0.3 seconds, or nothing. Returns the exit code.
int complete(const Command& root, const std::vector<std::string>& words);

// "acctl 0.2.0\n"
std::string version_line();

// What --version shows: version_line(), then lines about the commit, the schemas and the libraries.
std::string version_text();

}  // namespace acctl

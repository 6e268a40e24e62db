// Reports of plan, apply, drift and similar commands, in every format of -o.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/plan/report.hpp"

namespace acctl {

class Session;

enum class ReportVerb {
  planned,    // what would be done; nothing was run
  rehearsed,  // run and rolled back: plan --verify, --dry-run
  applied,    // done
  drifted,    // found: the changes lead from what was last applied to what is there
};

struct ReportStyle {
  ReportVerb verb = ReportVerb::planned;
  std::string command = "plan";  // names the report where a CI system lists it beside others: "plan", "undo"
  std::size_t most = 0;          // of a table: groups, and of each objects and remarks; 0 for all
  bool full = false;             // Markdown of any length; else it fits a comment
  bool holds_mail = false;       // --no-mail: messages are not sent
};

// The formats of -o, in addition to those of every command: for Command::formats of the commands that show a report.
const std::vector<std::string>& report_formats();

// Writes `report` to standard output in the format that the session asks for.
void write_report(Session& session, const FleetReport& report, const ReportStyle& style);

// The same as text. `color` only concerns tables.
std::string report_text(const FleetReport& report, const ReportStyle& style, OutputFormat format, bool color);

// --full, of the commands that show plans.
Option full_option(bool& target);

// Writes that report to standard output, and for GitHub to the step summary.
void write_failure_report(const std::string& command, OutputFormat format, const Error& error);

}  // namespace acctl

// How plan, apply, drift and their like show what they found, in every format of -o.
#pragma once

#include <string>
#include <vector>

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
};

// What -o takes beside the formats of every command: for Command::formats of the commands that show a report.
const std::vector<std::string>& report_formats();

// Writes `report` to standard output in the format that the session asks for.
void write_report(Session& session, const FleetReport& report, const ReportStyle& style);

// The same as text. `color` only concerns tables.
std::string report_text(const FleetReport& report, const ReportStyle& style, OutputFormat format, bool color);

// What a command that failed before it had a report has to say to a CI system, in the formats that these read; "" in
// all others.
std::string failure_report(const std::string& command, OutputFormat format, const Error& error);

}  // namespace acctl

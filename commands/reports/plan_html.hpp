// A plan as an HTML page, for who approves it: what changes in which tenants, who gains and loses what, with filters.
#pragma once

#include <string>

#include "commands/reports/html.hpp"
#include "commands/reports/plan_output.hpp"

namespace acctl {

// At most about two million bytes: of a plan that would be longer, each list is shown to a limit, and says so.
std::string report_html(const FleetReport& report, const ReportStyle& style, const ReportOrigin& origin);

}  // namespace acctl

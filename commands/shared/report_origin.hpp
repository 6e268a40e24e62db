// Who makes a report, when, on which platform and with which acctl; for the pages that people keep.
#pragma once

#include "cli/session.hpp"
#include "commands/reports/html.hpp"

namespace acctl {

// Asks no server: the database is the one of the settings.
ReportOrigin report_origin(Session& session);

}  // namespace acctl

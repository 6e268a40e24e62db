#include "commands/shared/report_origin.hpp"

#include "commands/shared/connect_platform.hpp"
#include "provisioning/base/moment.hpp"

namespace acctl {

ReportOrigin report_origin(Session& session) {
  return {.actor = read_actor(session).name,
          .at = present_moment(),
          .database = control_dsn(session).display(),
          .version = ACCTL_VERSION};
}

}  // namespace acctl

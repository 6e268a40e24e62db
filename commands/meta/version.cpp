#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/embedded.hpp"

namespace acctl {

std::string version_line() { return "acctl " ACCTL_VERSION "\n"; }

namespace {

struct ShowVersion {};

int run(Session& session, const ShowVersion&) {
  RecordWriter out = session.records(
      Shape::one,
      {{"version", "/version"}, {"control schema", "/control_schema"}, {"tenant schema", "/tenant_schema"}});
  out.add({{"version", ACCTL_VERSION},
           {"control_schema", control_migrations().size()},
           {"tenant_schema", tenant_migrations().size()}});
  out.finish();
  return 0;
}

}  // namespace

Command version_command() {
  return command<ShowVersion>("version", "show the version of acctl and of the schemas it contains", run)
      .describe("Shows the version of the program and the newest versions of the control and tenant schemas.")
      .example("acctl version -o json", "The versions as JSON, for scripts.");
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/embedded.hpp"

namespace acctl {

std::string version_line() { return "acctl " ACCTL_VERSION "\n"; }

Command version_command() {
  return {
      .name = "version",
      .summary = "the version of acctl and of the schemas it carries",
      .description = "Shows the version of the program and the head versions of the control and tenant schemas.",
      .examples = {{"acctl version -o json", "For scripts."}},
      .run =
          [](Session& session) {
            RecordWriter out = session.records(
                Shape::one,
                {{"version", "/version"}, {"control schema", "/control_schema"}, {"tenant schema", "/tenant_schema"}});
            out.add({{"version", ACCTL_VERSION},
                     {"control_schema", control_migrations().size()},
                     {"tenant_schema", tenant_migrations().size()}});
            out.finish();
            return 0;
          },
  };
}

}  // namespace acctl

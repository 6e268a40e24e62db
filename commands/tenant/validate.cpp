#include "cli/builder.hpp"
#include "commands/tenant/registry_plan.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

struct ValidateTenants {
  RegistryFileOptions source;
};

void run(Session& session, const ValidateTenants& options) {
  const RegistryFile registry = read_registry(options.source);
  session.terminal().info(file_name(options.source) + " is valid: " + counted(registry.rows.size(), "tenant") +
                          " of manager " + registry.manager);
}

}  // namespace

Command tenant_validate_command() {
  return command<ValidateTenants>("validate", "check a registry file without a database", run)
      .describe(std::string(R"(
Checks everything in the file that can be checked without a database, and reports all problems together, each with its
place (exit 3). Whether plans, servers and enterprises exist is checked by 'acctl tenant plan'.

)") + std::string(registry_file_text))
      .with(registry_file_options, &ValidateTenants::source)
      .example("acctl tenant validate -f tenants.yaml", "Before a commit.")
      .trail(Trail::nothing);
}

}  // namespace acctl

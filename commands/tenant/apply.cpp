#include "cli/builder.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/registry_plan.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct ApplyTenants {
  RegistryFileOptions source;
  bool adopt = false;
};

void run(Session& session, const ApplyTenants& options) {
  refuse_selectors(session);
  const RegistryFile registry = read_registry(options.source);
  Platform platform = open_platform(session);
  const std::string file = file_name(options.source);
  RegistryPlan plan(session, platform, registry, file, options.adopt);
  const RegistryHooks hooks{.amend = [&](FleetReport& report) { plan.amend(report); },
                            .perform = [&] { plan.provision(); }};
  plan.tell_left_alone();
  run_registry_edits(session, plan.edits(), "apply", AskedBy::files, hooks);
  if (!session.settings().dry_run) plan.release_undeclared();
}

}  // namespace

Command tenant_apply_command() {
  return command<ApplyTenants>("apply", "make the tenants match a registry file", run)
      .describe(std::string(R"(
Shows what differs between a file and the registry, prompts, and changes it: tenants that do not exist are
provisioned, others are edited as by 'acctl tenant edit', 'set-plan' and 'label'. Without a terminal, --yes is required.
A tenant that is no longer in the file is reported once, never deleted, and no longer compared by 'tenant drift'. One that is being deleted is skipped. Fewer seats
than users are refused (exit 5).

The registry remembers what a manager declares. A tenant of another manager is a conflict (exit 7) until --adopt takes
it over; 'acctl tenant drift' compares the tenants with what was applied last.

)") + std::string(registry_file_text))
      .with(registry_file_options, &ApplyTenants::source)
      .option("--adopt", "take over tenants that another manager declares", &ApplyTenants::adopt)
      .formats(report_formats())
      .exits(5, "fewer seats than users")
      .example("acctl tenant apply -f tenants.yaml", "Show the changes and prompt.")
      .example("acctl tenant apply -f tenants.csv --yes -o json", "In a pipeline, with a report for programs.");
}

}  // namespace acctl

#include "cli/builder.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/registry_plan.hpp"
#include "commands/tenant/tenant.hpp"

namespace acctl {

namespace {

struct PlanTenants {
  RegistryFileOptions source;
  bool adopt = false;
  bool detailed_exitcode = false;
};

constexpr int changes_exist = 2;

int run(Session& session, const PlanTenants& options) {
  refuse_selectors(session);
  const RegistryFile registry = read_registry(options.source);
  Platform platform = open_platform(session);
  const std::string file = file_name(options.source);
  RegistryPlan plan(session, platform, registry, file, options.adopt);
  plan.edits().plan();
  FleetReport report = plan.edits().report();
  report.only_read = true;
  plan.amend(report);
  plan.tell_left_alone();
  show(session, report, {.verb = ReportVerb::planned, .command = "tenant plan"});
  throw_failures(report);
  return options.detailed_exitcode && !count_changes(report).none() ? changes_exist : 0;
}

}  // namespace

Command tenant_plan_command() {
  return command<PlanTenants>("plan", "show what a registry file would change", run)
      .describe(std::string(R"(
Shows what 'acctl tenant apply' would do with the same file, and changes nothing.

)") + std::string(registry_file_text))
      .with(registry_file_options, &PlanTenants::source)
      .option("--adopt", "take over tenants that another manager declares", &PlanTenants::adopt)
      .option("--detailed-exitcode", "exit with 2 if there are changes", &PlanTenants::detailed_exitcode)
      .formats(report_formats())
      .exits(2, "with --detailed-exitcode: there are changes")
      .example("acctl tenant plan -f tenants.yaml", "What would change.")
      .example("acctl tenant plan -f tenants.yaml --detailed-exitcode -o markdown", "For the comment of a pipeline.")
      .trail(Trail::nothing);
}

}  // namespace acctl

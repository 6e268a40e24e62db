#include "provisioning/plan/drift.hpp"

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/definitions/saved_plan.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"

namespace acctl {

namespace {

struct FindDrift {
  std::vector<std::string> exclude;
  bool full = false;
  std::string write;
  std::string manager;
  std::string out;
};

int run(Session& session, const FindDrift& options) {
  if (!options.manager.empty() && options.write.empty()) {
    throw Error(ErrorKind::invalid, "--manager says whose definitions are written", "Use it with --write FILE.");
  }
  Platform platform = open_for_tenants(session);
  // A plan that reverts the drift could not be applied in a suspended tenant.
  const Reach reach = options.out.empty() ? Reach::suspended_too : Reach::active;
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.exclude, {}, Unnamed::refused, reach);
  tell_suspended(session, tenants, reach);
  if (!options.write.empty()) require_single(tenants, "--write");
  const RunRecord record = make_run_record(session, "drift", "", {});
  std::string live;
  FleetJob job = make_fleet_job(session, {}, [&](TenantSession& tenant, const Tenant&) {
    if (!options.write.empty()) live = render_live(tenant, options.manager);
    return revert(tenant, record, options.out.empty() ? For::show : For::plan);
  });
  job.reach = reach;
  job.only_reads = true;
  FleetPlan fleet(platform, tenants, std::move(job));
  fleet.plan();
  if (!options.out.empty()) {
    Edit edit{.scope = {}, .desired = {}, .guards = {}};
    edit.record = record;
    save_plan(session, options.out, edit, fleet, tenants);
  }
  if (!options.write.empty() && fleet.report().failures.empty()) {
    write_output_file(session, options.write, live);
  }
  // The plan reverts the drift; what is shown leads from what was applied to what is there.
  show(session, inverted(fleet.report()), {.verb = ReportVerb::drifted, .command = "drift"});
  throw_failures(fleet.report());
  return fleet.has_changes() ? 2 : 0;
}

}  // namespace

Command drift_command() {
  return command<FindDrift>("drift", "compare tenants with what was last applied to them", run)
      .describe(R"(
Shows what has changed since the last apply of each manager: fields, list members and objects that the
definitions declared. The changes lead from what was applied to the live state. Exit code 2 means that there
is drift.

To keep the live state, write it back as YAML with --write, for one manager. To revert it, apply the files again, or save a
plan that reverts the drift with --out and apply that.)")
      .with(exclude_option, &FindDrift::exclude)
      .with(full_option, &FindDrift::full)
      .option("--write FILE", "write the live state of what was declared to this file, as definitions",
              &FindDrift::write)
      .values(Values::file)
      .option("--manager NAME", "with --write: write what this manager declared", &FindDrift::manager)
      .option("--out FILE", "save a plan that reverts the drift, for use with apply", &FindDrift::out)
      .values(Values::file)
      .exits(2, "there is drift")
      .example("acctl drift --all", "Exit with 2 if anything was changed by hand.")
      .example("acctl drift -t acme --write roles.yaml", "Keep the changes: write them to a file.")
      .example("acctl drift -t acme --out revert.json", "Revert the changes with: acctl apply revert.json")
      .formats(report_formats())
      .trail(Trail::nothing);
}

}  // namespace acctl

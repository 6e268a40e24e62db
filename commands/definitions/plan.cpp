// plan and apply.
#include "commands/commands.hpp"
#include "commands/definitions/saved_plan.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/tenant_arguments.hpp"

namespace acctl {

namespace {

struct PlanOptions {
  FileOptions files;
  EditOptions edit;
  bool verify = false;
  std::string out;
  bool detailed = false;
  std::string plan_file;
};

int plan(Session& session, const PlanOptions& options) {
  const Definitions definitions = definitions_of(options.files);
  Edit edit = edit_of(definitions, options.edit, record_of(session, "apply", definitions.manager, options.edit));
  edit.is_saved = !options.out.empty();
  auto [platform, early] = open_for_edit(session, edit);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, definitions.tenants);
  FleetPlan fleet(platform, tenants, job_of(session, edit.guards, [&](TenantSession&, const Tenant&) { return edit; }),
                  std::move(early));
  fleet.plan();
  if (options.verify) fleet.run(Ending::roll_back);
  if (!options.out.empty()) save_plan(session, options.out, edit, fleet, tenants);
  show(session, fleet.report(),
       {.verb = options.verify ? ReportVerb::rehearsed : ReportVerb::planned, .command = "plan"});
  throw_failures(fleet.report());
  fleet.check_fleet_cap();
  // Taking over an object is a change, too.
  return options.detailed && outlook_of(fleet.report()).writes() ? 2 : 0;
}

int apply(Session& session, const PlanOptions& options) {
  if (!options.plan_file.empty()) {
    if (!options.files.files.empty()) {
      throw Error(ErrorKind::invalid, "a plan file and -f exclude each other", "A plan says everything by itself.");
    }
    for (const char* option : {"--prune", "--adopt", "--only", "--allow-removal", "--exclude", "--all", "--match"}) {
      if (!session.given(option)) continue;
      throw Error(ErrorKind::invalid, std::string(option) + " cannot change a saved plan",
                  "Give it to 'acctl plan --out', and review the plan that comes of it.");
    }
    SavedPlan saved = read_plan(options.plan_file);
    saved.guards = stricter_guards(saved, options.edit);
    Platform platform = open_platform(session);
    require_signature(platform, saved, options.plan_file);
    const std::vector<Tenant> tenants = tenants_of(platform, session, saved);
    const RunRecord record = record_of(session, "apply", saved.manager, options.edit);
    FleetPlan fleet(platform, tenants, job_of(session, saved.guards, [&](TenantSession&, const Tenant& tenant) {
                      return saved_edit(saved, tenant.slug, record);
                    }));
    return carry_out(session, fleet, "apply", Ask::saved_plan);
  }
  const Definitions definitions = definitions_of(options.files);
  const Edit edit = edit_of(definitions, options.edit, record_of(session, "apply", definitions.manager, options.edit));
  auto [platform, early] = open_for_edit(session, edit);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, definitions.tenants);
  FleetPlan fleet(platform, tenants, job_of(session, edit.guards, [&](TenantSession&, const Tenant&) { return edit; }),
                  std::move(early));
  return carry_out(session, fleet, "apply");
}

}  // namespace

Command plan_command() {
  auto options = std::make_shared<PlanOptions>();
  return {
      .name = "plan",
      .summary = "show what apply would change",
      .description =
          "Compares definitions with the tenants and lists each change with its place in the files, and whose access "
          "changes with it. Nothing is written. Tenants with equal changes are shown as one group; tenants that are "
          "not "
          "active are skipped and counted. A plan that guards or tests would refuse is shown, and the exit code says "
          "so.\n\nWith --verify the very apply is run in a transaction that is rolled back: triggers, constraints and "
          "guards included. With --out the plan is saved for 'acctl apply PLANFILE', which does just that and refuses "
          "where one of its objects has changed since.",
      .options = joined(
          {file_options(options->files),
           {exclude_option(options->edit.exclude)},
           ownership_options(options->edit),
           guard_options(options->edit),
           {{.name = "--verify", .value = "", .help = "run the plan and roll it back", .target = &options->verify},
            {.name = "--out",
             .value = "FILE",
             .help = "save the plan for apply",
             .target = &options->out,
             .values = Values::file},
            {.name = "--detailed-exitcode",
             .value = "",
             .help = "exit with 2 where there are changes",
             .target = &options->detailed}}}),
      .examples = {{"acctl plan -f roles.yaml -t acme", "What would change in one tenant."},
                   {"acctl plan -f definitions/ --all --detailed-exitcode -o markdown", "For a pull request."},
                   {"acctl plan -f roles.yaml -t acme --out plan.json", "To be reviewed, then applied."}},
      .formats = report_formats(),
      .trail = Trail::nothing,
      .run = [options](Session& session) { return plan(session, *options); },
      .storage = options,
  };
}

Command apply_command() {
  auto options = std::make_shared<PlanOptions>();
  return {
      .name = "apply",
      .summary = "make tenants what definitions say",
      .description =
          "Shows the plan, asks, and carries it out: one transaction per tenant, wholly or not at all, recorded in the "
          "tenant's ledger. What the files do not speak of stays as it is. Off a terminal --yes is needed.\n\nObjects "
          "are removed only with --prune, and only those that the manager of the files declared before. Guards refuse "
          "what is probably a mistake: more removals than --max-removals, anything under `protect`, the last admin. "
          "--dry-run runs everything and rolls back.\n\nA saved plan is signed with the platform's key: one that was "
          "written by hand, or for another platform, is refused. Guards of the command line can only be stricter than "
          "those that it was saved with.",
      .arguments = {{.name = "PLANFILE",
                     .help = "a plan saved by 'acctl plan --out', instead of -f",
                     .target = &options->plan_file,
                     .required = false,
                     .values = Values::file}},
      .options = joined({file_options(options->files),
                         {exclude_option(options->edit.exclude)},
                         ownership_options(options->edit),
                         guard_options(options->edit)}),
      .examples = {{"acctl apply -f roles.yaml -t acme", "Shows the plan and asks."},
                   {"acctl apply -f definitions/ --match plan=pro --yes", "From CI, for many tenants."},
                   {"acctl apply plan.json --yes", "What was reviewed, and nothing else."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return apply(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

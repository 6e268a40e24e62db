#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/commands.hpp"
#include "commands/definitions/saved_plan.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"

namespace acctl {

namespace {

struct ApplyDefinitions {
  FileOptions files;
  EditOptions edit;
  bool full = false;
  std::string plan_file;
};

int apply_saved_plan(Session& session, const ApplyDefinitions& options) {
  if (!options.files.files.empty()) {
    throw Error(ErrorKind::invalid, "a plan file and -f cannot be combined",
                "Leave out -f: a saved plan contains everything that it needs.");
  }
  for (const char* option :
       {"--prune", "--allow-empty", "--adopt", "--only", "--allow-removal", "--exclude", "--all", "--match"}) {
    if (!session.given(option)) continue;
    throw Error(ErrorKind::invalid, std::string(option) + " cannot change a saved plan",
                "Give it to 'acctl plan --out' and review the new plan.");
  }
  SavedPlan saved = read_plan(options.plan_file);
  saved.guards = stricter_guards(saved, options.edit);
  Platform platform = open_platform(session);
  require_signature(platform, saved, options.plan_file);
  const std::vector<Tenant> tenants = find_planned_tenants(platform, session, saved);
  const RunRecord record = make_run_record(session, "apply", saved.manager, options.edit);
  FleetJob job = make_fleet_job(session, saved.guards, [&](TenantSession&, const Tenant& tenant) {
    return saved_edit(saved, tenant.slug, record);
  });
  // A plan names its tenants: what was reviewed is applied to each of them, or is not done.
  for (const Tenant& tenant : tenants) job.named.insert(tenant.slug);
  FleetPlan fleet(platform, tenants, std::move(job));
  return execute_plan(session, fleet, "apply", Ask::saved_plan);
}

int run(Session& session, const ApplyDefinitions& options) {
  if (!options.plan_file.empty()) return apply_saved_plan(session, options);
  const Definitions definitions = read_definition_files(options.files);
  Notes notes;
  const FilesEdit files =
      make_edit(definitions, options.edit, make_run_record(session, "apply", definitions.manager, options.edit), notes);
  auto [platform, early] = open_for_edit(session, files.edit, definitions.tenants);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, definitions.tenants);
  FleetPlan fleet(platform, tenants,
                  make_fleet_job(
                      session, files.edit.guards,
                      [&](TenantSession&, const Tenant& tenant) { return files.in(tenant); }, definitions.tenants),
                  std::move(early));
  const auto tell = [&] {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const std::string& note : notes.all()) remarks.say(note);
  };
  return execute_plan(session, fleet, "apply", Ask::always, {.planned = tell});
}

}  // namespace

Command apply_command() {
  return command<ApplyDefinitions>("apply", "make tenants match definitions", run)
      .describe(R"(
Shows the plan, prompts for confirmation and executes the plan in one transaction per tenant, completely or
not at all. The run is recorded in the tenant's ledger. What the files do not declare stays as it is. Without
a terminal, --yes is required.

Objects are removed only with --prune, and only those that the manager of the files declared before. Guards
refuse what is probably a mistake: more removals than --max-removals allows, the removal of anything under
`protect`, the loss of the last admin. --dry-run executes everything and rolls it back.

A saved plan is signed with the platform's key; a plan that was written by hand or saved for another platform
is refused. Guards on the command line can only be stricter than those that the plan was saved with.)")
      .argument("[PLANFILE]", "a plan saved by 'acctl plan --out', instead of -f", &ApplyDefinitions::plan_file)
      .values(Values::file)
      .with(file_options, &ApplyDefinitions::files)
      .with(ownership_options, &ApplyDefinitions::edit)
      .with(direct_edit_options, &ApplyDefinitions::edit)
      .with(full_option, &ApplyDefinitions::full)
      .exits(8, "a test of the files would fail; rolled back")
      .example("acctl apply -f roles.yaml -t acme", "Show the plan and prompt.")
      .example("acctl apply -f definitions/ --match plan=pro --yes", "From CI, for many tenants.")
      .example("acctl apply plan.json --yes", "Apply exactly what was reviewed.")
      .formats(report_formats());
}

}  // namespace acctl

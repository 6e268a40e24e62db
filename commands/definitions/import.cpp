#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/definitions/end_mark.hpp"
#include "provisioning/tenants/export.hpp"

namespace acctl {

namespace {

struct ImportDefinitions {
  FileOptions files;
  EditOptions edit;
  bool full = false;
  bool edited = false;
};

// What an import does not find in its files it removes, so a file that was cut on its way must not pass.
void require_whole(const std::vector<Source>& sources) {
  for (const Source& source : sources) {
    const std::string problem = end_mark_problem(source.text);
    if (problem.empty()) continue;
    throw Error(ErrorKind::invalid, source.name + " " + problem,
                "Export it again. If a person wrote or changed the file on purpose, add --edited.");
  }
}

int run(Session& session, const ImportDefinitions& options) {
  const Definitions definitions = read_export_files(options.files, [&](const std::vector<Source>& sources) {
    if (!options.edited) require_whole(sources);
  });
  const Guards guards = stricter(read_guard_options(options.edit), definitions.guards);
  Platform platform = open_for_tenants(session, definitions.tenants);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, definitions.tenants);
  const RunRecord record = make_run_record(session, "import", "", options.edit);
  const auto make = [&](TenantSession&, const Tenant&) {
    Edit edit = make_import(definitions);
    edit.guards = guards;
    edit.record = record;
    return edit;
  };
  FleetPlan fleet(platform, tenants, make_fleet_job(session, guards, make, definitions.tenants));
  return execute_plan(session, fleet, "import");
}

}  // namespace

Command import_command() {
  return command<ImportDefinitions>("import", "make a tenant equal to an export", run)
      .describe(R"(
Makes the configuration of a tenant exactly what the files declare: objects that they do not declare are
removed, and fields that they leave out get their defaults. The managers of objects do not change. Users are
changed only if the files declare some. The settings that name a tenant (branding.name, portal.hostname,
support.address) stay its own unless the files set them. The plan is shown and has to be confirmed. Guards
apply as they do for apply, so a large difference needs --max-removals.

An export ends with a line that proves that it is whole; a file without it, or that was changed since, is
refused unless --edited is given.)")
      .with(file_options, &ImportDefinitions::files)
      .with(direct_edit_options, &ImportDefinitions::edit)
      .with(full_option, &ImportDefinitions::full)
      .option("--edited", "take files that a person wrote or changed, without a valid end mark",
              &ImportDefinitions::edited)
      .exits(8, "a test of the files would fail; rolled back")
      .example("acctl import -f acme.yaml -t acme-test", "Show the plan and prompt.")
      .example("acctl import -f acme.yaml -t acme-test --max-removals 100% --yes",
               "Replace the configuration, whatever it was.")
      .formats(report_formats());
}

}  // namespace acctl

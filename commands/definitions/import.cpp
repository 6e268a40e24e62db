#include <optional>
#include <utility>
#include <vector>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/base/set_aside.hpp"
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

// The definitions of an export, which are several times as large as its text. A single tenant is planned only once,
// unless it changes in the meantime: they are let go of with the plan, and read anew from the text if it comes to that.
class ExportedDefinitions {
 public:
  explicit ExportedDefinitions(const ImportDefinitions& options)
      : options_(options), sources_(read_given_sources(options.files)) {
    definitions_ = parse_export(sources_, options_.files);
    if (!options.edited) require_whole(sources_);
    for (Source& source : sources_) texts_.emplace_back(std::exchange(source.text, {}));
  }

  // Before let_go() is called for the first time.
  const Definitions& all() const { return *definitions_; }

  const Definitions& again() {
    if (definitions_) return *definitions_;
    std::vector<Source> sources = sources_;
    for (std::size_t i = 0; i < sources.size(); ++i) sources[i].text = texts_[i].read();
    return definitions_.emplace(parse_export(sources, options_.files));
  }

  void let_go() { definitions_.reset(); }

 private:
  const ImportDefinitions& options_;
  std::vector<Source> sources_;  // without their texts
  std::vector<SetAside> texts_;
  std::optional<Definitions> definitions_;
};

int run(Session& session, const ImportDefinitions& options) {
  ExportedDefinitions exported(options);
  const std::optional<TenantSelection> selection = exported.all().tenants;
  const Guards guards = stricter(read_guard_options(options.edit), exported.all().guards);
  Platform platform = open_for_tenants(session, selection);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude, selection);
  Edit whole = make_import(exported.all());
  whole.guards = guards;
  whole.record = make_run_record(session, "import", "", options.edit);
  if (tenants.size() == 1) {
    whole.desired = [&exported](const State& current) {
      Desired desired = make_import(exported.again()).desired(current);
      exported.let_go();
      return desired;
    };
  }
  const auto make = [&](TenantSession&, const Tenant&) { return whole; };
  FleetPlan fleet(platform, tenants, make_fleet_job(session, guards, make, selection));
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

#include <algorithm>

#include "cli/builder.hpp"
#include "cli/remarks.hpp"
#include "commands/commands.hpp"
#include "commands/definitions/saved_plan.hpp"
#include "commands/reports/plan_html.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"
#include "commands/shared/report_origin.hpp"

namespace acctl {

namespace {

struct PlanDefinitions {
  FileOptions files;
  EditOptions edit;
  bool full = false;
  bool verify = false;
  std::string out;
  std::string html;
  bool detailed = false;
};

// What is planned for suspended tenants can be read and not applied.
void tell_refusal(Session& session, const std::vector<Tenant>& tenants, Reach reach) {
  const auto refused = std::ranges::find_if(
      tenants, [&](const Tenant& tenant) { return !is_reached(tenant, Reach::active) && is_reached(tenant, reach); });
  if (refused == tenants.end()) return;
  session.terminal().info(tenants.size() == 1
                              ? "apply will refuse it; resume it first: acctl tenant resume " + refused->slug
                              : "apply skips suspended tenants that are not named");
}

int run(Session& session, const PlanDefinitions& options) {
  const Definitions definitions = read_definition_files(options.files);
  Notes notes;
  FilesEdit files =
      make_edit(definitions, options.edit, make_run_record(session, "apply", definitions.manager, options.edit), notes);
  Edit& edit = files.edit;
  edit.is_saved = !options.out.empty();
  auto [platform, early] = open_for_edit(session, edit, definitions.tenants);
  // A plan that nobody carries out is a pure read.
  const bool only_reads = !options.verify && options.out.empty();
  const Reach reach = only_reads ? Reach::suspended_too : Reach::active;
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, options.edit.exclude, definitions.tenants, Unnamed::refused, reach);
  tell_suspended(session, tenants, reach);
  tell_refusal(session, tenants, reach);
  FleetJob job = make_fleet_job(
      session, edit.guards, [&](TenantSession&, const Tenant& tenant) { return files.in(tenant); },
      definitions.tenants);
  job.reach = reach;
  job.only_reads = only_reads;
  FleetPlan fleet(platform, tenants, std::move(job), std::move(early));
  fleet.plan();
  {
    Remarks remarks(session.terminal(), Remarks::Tone::info);
    for (const std::string& note : notes.all()) remarks.say(note);
  }
  if (options.verify) fleet.run(Ending::roll_back);
  if (!options.out.empty()) save_plan(session, options.out, edit, fleet, tenants);
  const ReportStyle style{.verb = options.verify ? ReportVerb::rehearsed : ReportVerb::planned,
                          .command = "plan",
                          .holds_mail = session.settings().no_mail};
  if (!options.html.empty()) {
    write_output_file(session, options.html, report_html(fleet.report(), style, report_origin(session)));
  }
  show(session, fleet.report(), style);
  throw_failures(fleet.report());
  fleet.check_fleet_cap();
  // Taking over an object is a change, too.
  return options.detailed && make_outlook(fleet.report()).writes() ? 2 : 0;
}

}  // namespace

Command plan_command() {
  return command<PlanDefinitions>("plan", "show what apply would change", run)
      .describe(R"(
Compares definitions with tenants and lists each change with its place in the files, and the users whose
access changes with it. Nothing is written. Tenants with equal changes are shown as one group. Suspended tenants
are read too, although apply refuses them; other tenants that are not active are skipped and counted. A plan that
guards or tests would refuse is shown, and the exit code reports the refusal.

With --verify the plan is executed in a transaction that is rolled back, including triggers, constraints and
guards, in active tenants only. With --out the plan is saved for 'acctl apply PLANFILE', which makes exactly these
changes, and refuses if one of the objects has changed since.)")
      .with(file_options, &PlanDefinitions::files)
      .with(ownership_options, &PlanDefinitions::edit)
      .with(direct_edit_options, &PlanDefinitions::edit)
      .with(full_option, &PlanDefinitions::full)
      .option("--verify", "execute the plan and roll it back", &PlanDefinitions::verify)
      .option("--out FILE", "save the plan to this file, for use with apply", &PlanDefinitions::out)
      .values(Values::file)
      .option("--html FILE", "write the plan to this file as a page for a browser, with filters",
              &PlanDefinitions::html)
      .values(Values::file)
      .option("--detailed-exitcode", "exit with 2 if there are changes", &PlanDefinitions::detailed)
      .exits(2, "with --detailed-exitcode: there are changes")
      .exits(5, "a guard would refuse the plan")
      .exits(8, "a test of the files would fail")
      .example("acctl plan -f roles.yaml -t acme", "Show what would change in one tenant.")
      .example("acctl plan -f definitions/ --all --detailed-exitcode -o markdown", "For a pull request.")
      .example("acctl plan -f roles.yaml -t acme --out plan.json", "Save the plan, to review and apply it later.")
      .example("acctl plan -f definitions/ --all --html plan.html", "Write a page for who approves it.")
      .formats(report_formats())
      .trail(Trail::nothing);
}

}  // namespace acctl

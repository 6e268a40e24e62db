#include "provisioning/tenants/undo.hpp"

#include <atomic>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/plan/standing.hpp"

namespace acctl {

namespace {

struct UndoRun {
  std::string run;
  EditOptions edit;
  bool full = false;
};

// For somebody who may not see people: an edit that is refused as such, and recorded.
std::optional<Edit> refused_sight(TenantSession& tenant, const RunRecord& record) {
  if (record.as.empty() || holds_one_of(tenant, record.as, find_right_keys(Right::see_people))) return std::nullopt;
  Edit edit{.scope = {.kinds = {"permissions"}}, .desired = {}, .guards = {}};
  edit.desired = [](const State& current) { return Desired{.state = current, .renames = {}, .prunable = {}}; };
  edit.record = record;
  return edit;
}

Error refused_run(const std::string& run) {
  return {ErrorKind::conflict, "run " + run + " was refused: there is nothing to undo",
          "'acctl log -o json' shows why."};
}

bool is_refused(TenantSession& tenant, const std::string& run) {
  const std::vector<RunRecord> found = list_runs(tenant, run, 1);
  return !found.empty() && found.front().outcome == "refused";
}

int run(Session& session, const UndoRun& options) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude);
  const Guards guards = read_guard_options(options.edit);
  const RunRecord record = make_run_record(session, "undo", "", options.edit);
  std::atomic<bool> found = false;
  std::atomic<bool> refused = false;
  FleetPlan fleet(platform, tenants, make_fleet_job(session, guards, [&](TenantSession& tenant, const Tenant& of) {
                    // What the ledger says is about people.
                    if (std::optional<Edit> hidden = refused_sight(tenant, record)) return hidden;
                    std::optional<Edit> edit = undoing(tenant, make_identity(of), options.run, record);
                    if (!edit && is_refused(tenant, options.run)) refused = true;
                    // Among many tenants the run may have touched a few only.
                    if (!edit && tenants.size() == 1) {
                      if (refused) throw refused_run(options.run);
                      throw Error(ErrorKind::invalid,
                                  "there is no run '" + options.run + "' in the ledger of tenant " + of.slug,
                                  "'acctl log -t " + of.slug + "' lists its runs.");
                    }
                    if (edit) found = true;
                    if (edit) edit->guards = guards;
                    return edit;
                  }));
  const auto require_run = [&] {
    if (found || !fleet.report().failures.empty()) return;
    if (refused) throw refused_run(options.run);
    throw Error(ErrorKind::invalid, "there is no run '" + options.run + "' in the ledgers of these tenants",
                "'acctl log' lists the runs of tenants.");
  };
  return execute_plan(session, fleet, "undo", Ask::always, {.planned = require_run});
}

}  // namespace

Command undo_command() {
  return command<UndoRun>("undo", "revert what a run changed", run)
      .describe(R"(
Restores exactly what a run in the ledger changed. An undo is planned, confirmed, guarded and recorded like
any other change. It is refused (exit 7), with the later change and its run, if what the run touched has
changed since, also by the application; if something else depends on what the run added (a user has signed up
or joined a team, a team has tickets, an API key was created); or if something that it would restore refers to
an object that no longer exists. Undo the later runs first, or change the objects by hand. Grants that have
expired since are left out. An undo is itself a run and can be undone.

Tickets, items and history get back whom or what they lost with the run, and deleted users what they wrote. Sessions, API
keys, passwords, notifications, runs of automations and samples that ended with it are not restored, and the plan of the
undo counts them. Users who are invited again get a new invitation. A run that ended what an enterprise had granted is not
undone in one tenant: grant it again.)")
      .argument("RUN", "id of the run, as shown by apply and log", &UndoRun::run)
      .values(Values::done_runs)
      .with(direct_edit_options, &UndoRun::edit)
      .with(full_option, &UndoRun::full)
      .example("acctl undo 3f9c0a71d2e4 -t acme", "Show what would be taken back in one tenant, and prompt.")
      .example("acctl undo 3f9c0a71d2e4 --all --yes", "Take the run back in every tenant that it changed.")
      .formats(report_formats());
}

}  // namespace acctl

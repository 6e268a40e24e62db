// drift and undo: what happened to a tenant since, and the way back.
#include "provisioning/plan/drift.hpp"

#include <atomic>

#include "commands/commands.hpp"
#include "commands/definitions/saved_plan.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/output_file.hpp"
#include "provisioning/definitions/render.hpp"
#include "provisioning/plan/standing.hpp"
#include "provisioning/tenants/undo.hpp"

namespace acctl {

namespace {

struct DriftOptions {
  EditOptions edit;
  std::string write;
  std::string out;
};

int drift(Session& session, const DriftOptions& options) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude);
  if (!options.write.empty() && tenants.size() != 1) {
    throw Error(ErrorKind::invalid, "--write takes one tenant, and " + std::to_string(tenants.size()) + " are named",
                "Name it with -t.");
  }
  const RunRecord record = record_of(session, "drift", "", options.edit);
  std::string live;
  FleetPlan fleet(platform, tenants, job_of(session, {}, [&](TenantSession& tenant, const Tenant&) {
                    if (!options.write.empty()) live = render_live(tenant);
                    return revert(tenant, record, options.out.empty() ? For::show : For::plan);
                  }));
  fleet.plan();
  if (!options.out.empty()) {
    Edit edit{.scope = {}, .desired = {}, .guards = {}};
    edit.record = record;
    save_plan(session, options.out, edit, fleet, tenants);
  }
  if (!options.write.empty() && fleet.report().failures.empty()) {
    write_output_file(session, options.write, live);
  }
  show(session, inverted(fleet.report()), {.verb = ReportVerb::drifted, .command = "drift"});
  throw_failures(fleet.report());
  return fleet.has_changes() ? 2 : 0;
}

struct UndoOptions {
  std::string run;
  EditOptions edit;
};

// For somebody who may not see people: an edit that is refused as such, and recorded.
std::optional<Edit> refused_sight(TenantSession& tenant, const RunRecord& record) {
  if (record.as.empty() || holds_one_of(tenant, record.as, keys_of(Right::see_people))) return std::nullopt;
  Edit edit{.scope = {.kinds = {"permissions"}}, .desired = {}, .guards = {}};
  edit.desired = [](const State& current) { return Desired{.state = current, .renames = {}, .prunable = {}}; };
  edit.record = record;
  return edit;
}

int undo(Session& session, const UndoOptions& options) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.edit.exclude);
  const Guards guards = guards_of(options.edit);
  const RunRecord record = record_of(session, "undo", "", options.edit);
  std::atomic<bool> found = false;
  FleetPlan fleet(platform, tenants, job_of(session, guards, [&](TenantSession& tenant, const Tenant& of) {
                    // What the ledger says is about people.
                    if (std::optional<Edit> refused = refused_sight(tenant, record)) return refused;
                    std::optional<Edit> edit = undoing(tenant, of.slug, options.run, record);
                    // Among many tenants the run may have touched a few only.
                    if (!edit && tenants.size() == 1) {
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
    throw Error(ErrorKind::invalid, "there is no run '" + options.run + "' in these ledgers",
                "'acctl log' lists the runs of tenants.");
  };
  return carry_out(session, fleet, "undo", Ask::always, {.planned = require_run});
}

}  // namespace

Command drift_command() {
  auto options = std::make_shared<DriftOptions>();
  return {
      .name = "drift",
      .summary = "compare tenants with what was last applied to them",
      .description =
          "Shows what became different since the last apply of each manager: fields, members and objects that the "
          "definitions spoke of. The changes lead from what was applied to what is there. Exit code 2 says that there "
          "is drift.\n\nTo take the live state over, write it back as YAML with --write; to go back, apply the files "
          "again, or save the plan back with --out and apply that.",
      .options = {exclude_option(options->edit.exclude),
                  {.name = "--write",
                   .value = "FILE",
                   .help = "write what was declared as it is now, as definitions",
                   .target = &options->write,
                   .values = Values::file},
                  {.name = "--out",
                   .value = "FILE",
                   .help = "save the plan that leads back, for apply",
                   .target = &options->out,
                   .values = Values::file}},
      .examples = {{"acctl drift --all", "Exit code 2 where anything was changed by hand."},
                   {"acctl drift -t acme --write roles.yaml", "Take the changes over into the files."},
                   {"acctl drift -t acme --out back.json", "Then: acctl apply back.json"}},
      .formats = report_formats(),
      .trail = Trail::nothing,
      .run = [options](Session& session) { return drift(session, *options); },
      .storage = options,
  };
}

Command undo_command() {
  auto options = std::make_shared<UndoOptions>();
  return {
      .name = "undo",
      .summary = "take back what a run changed",
      .description =
          "Restores exactly what a run in the ledger changed: planned, asked about, guarded and recorded like any "
          "change. It is refused (exit 7), naming what came later and by which run, if what the run touched was "
          "changed since, also by the application; if something else depends on what the run added (somebody has "
          "signed up or joined a team, a team has tickets, an API key was made); or if something that it would restore "
          "refers to what is gone. Undo the later runs first, or change the objects by hand. Grants that have expired "
          "since are left out. An undo is a run and can be undone, too.\n\nSessions, API keys, passwords and "
          "invitations that ended with a run do not come back; 'acctl user resend' invites again.",
      .arguments = {{.name = "RUN", .help = "id of the run, as apply and log show it", .target = &options->run}},
      .options = joined({{exclude_option(options->edit.exclude)}, guard_options(options->edit)}),
      .examples = {{"acctl undo 3f9c0a71d2e4 -t acme", "One tenant."},
                   {"acctl undo 3f9c0a71d2e4 --all --yes", "Wherever the run has been."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return undo(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

#include <algorithm>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/database/ledger.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ShowLog {
  std::string run;
  std::int64_t limit = 50;
  std::vector<std::string> exclude;
  bool full = false;
};

Json to_json(const std::string& tenant, const RunRecord& run) {
  return {{"tenant", tenant},
          {"run", run.run},
          {"at", run.at},
          {"command", run.command},
          {"outcome", run.outcome},
          {"actor", run.actor},
          {"origin", run.origin},
          {"reason", or_null(run.reason)},
          {"commit", or_null(run.commit)},
          {"manager", or_null(run.manager)},
          {"loosened", or_null(run.loosened)},
          {"message", or_null(run.message)},
          {"undoes", or_null(run.undoes)},
          {"undone_by", or_null(run.undone_by)},
          {"changes", run.changes}};
}

int list_ledgers(Session& session, const ShowLog& options, const Platform& platform,
                 const std::vector<Tenant>& tenants) {
  RecordWriter out = session.records(Shape::many, {{"RUN", "/run"},
                                                   {"TENANT", "/tenant"},
                                                   {"AT", "/at"},
                                                   {"COMMAND", "/command"},
                                                   {"OUTCOME", "/outcome"},
                                                   {"CHANGES", "/changes"},
                                                   {"ACTOR", "/actor"},
                                                   {"COMMIT", "/commit"},
                                                   {"MANAGER", "/manager"},
                                                   {"UNDONE BY", "/undone_by"},
                                                   {"REASON", "/reason"}});
  const auto failed = read_tenants(platform, tenants, 1, [&](std::size_t index, TenantSession& database) {
    for (const RunRecord& run : list_runs(database, "", options.limit)) out.add(to_json(tenants[index].slug, run));
  });
  if (!failed.all_failed()) out.finish();
  throw_failures(failed, Reported::no);
  return 0;
}

// One run, as its plan was shown.
int show_run(Session& session, const std::string& run, const Platform& platform, const std::vector<Tenant>& tenants) {
  FleetReport report;
  const auto failed = read_tenants(platform, tenants, 1, [&](std::size_t index, TenantSession& database) {
    const std::string& tenant = tenants[index].slug;
    for (const RunRecord& record : list_runs(database, run, 1)) {
      report.run = record.run;
      if (record.outcome == "refused") {
        report.failures.push_back({tenant, Error(ErrorKind::refused, record.message)});
        continue;
      }
      Plan plan;
      for (Change& change : changes_of_run(database, record.id)) {
        (change.is_adoption() ? plan.adoptions : plan.changes).push_back(std::move(change));
      }
      const std::string id = digest_of(plan).substr(0, 6);
      const auto same = std::ranges::find(report.groups, id, &PlanGroup::id);
      if (same != report.groups.end()) {
        same->tenants.push_back(tenant);
      } else {
        report.groups.push_back(
            {.id = id, .tenants = {tenant}, .plan = std::move(plan), .effects = {}, .prunable = {}});
      }
    }
  });
  if (report.run.empty()) throw_failures(failed, Reported::no);
  if (report.run.empty())
    throw Error(ErrorKind::invalid, "there is no run '" + run + "' in the ledgers of these tenants",
                "'acctl log' lists the runs of tenants.");
  write_report(session, report, {.verb = ReportVerb::applied, .command = "log"});
  throw_failures(failed, Reported::no);
  return 0;
}

int run(Session& session, const ShowLog& options) {
  if (options.limit < 1)
    throw Error(ErrorKind::invalid, "--limit: " + std::to_string(options.limit) + " is not a positive number",
                "Give the number of runs to show for each tenant.");
  const std::string format = session.settings().output;
  if (options.run.empty() && std::ranges::find(report_formats(), format) != report_formats().end()) {
    throw Error(ErrorKind::invalid, "-o " + format + " shows the changes of one run",
                "Name the run; 'acctl log' lists the runs.");
  }
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.exclude);
  return options.run.empty() ? list_ledgers(session, options, platform, tenants)
                             : show_run(session, options.run, platform, tenants);
}

}  // namespace

Command log_command() {
  return command<ShowLog>("log", "show the runs that changed a tenant, or the changes of one run", run)
      .describe(R"(
Each tenant has a ledger in its own database: every run with its actor, time, commit and reason, and what it
changed, field by field. Attempts that were refused are also recorded.)")
      .argument("[RUN]", "run whose changes are shown", &ShowLog::run)
      .with(exclude_option, &ShowLog::exclude)
      .with(full_option, &ShowLog::full)
      .option("--limit N", "maximum number of runs per tenant, newest first (default: 50)", &ShowLog::limit)
      .example("acctl log -t acme", "The newest runs first.")
      .example("acctl log 3f9c0a71d2e4 -t acme -o json", "The changes of one run, with values before and after.")
      .formats(report_formats())
      .trail(Trail::nothing);
}

}  // namespace acctl

#include <algorithm>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/record_sink.hpp"
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

void list_ledgers(Session& session, const ShowLog& options, const Platform& platform,
                  const std::vector<Tenant>& tenants) {
  RecordWriter out = session.records(Shape::many, {"RUN", "TENANT", "AT", "COMMAND", "OUTCOME", "CHANGES", "ACTOR",
                                                   "COMMIT", "MANAGER", "UNDONE BY", "REASON"});
  const auto failed = read_tenants(platform, tenants, session.parallel(),
                                   [&](std::size_t index, TenantSession& database, const InOrder& in_order) {
                                     RecordSink sink(out, in_order);
                                     for (const RunRecord& run : list_runs(database, "", options.limit)) {
                                       sink.add(to_json(tenants[index].slug, run));
                                     }
                                     sink.flush();
                                   });
  if (!failed.all_failed()) out.finish();
  if (!failed.all_failed() && out.empty()) session.terminal().info("no runs match");
  throw_failures(failed, Reported::no);
}

// Adds what the run `record` changed in a tenant to that of the others.
void add_changes(FleetReport& report, const std::string& tenant, const RunRecord& record, const Plan& plan) {
  report.run = record.run;
  if (record.outcome == "refused") {
    report.failures.push_back({tenant, Error(ErrorKind::refused, record.message)});
    return;
  }
  const std::string id = compute_digest(plan).substr(0, 6);
  auto group = std::ranges::find(report.groups, id, &PlanGroup::id);
  if (group == report.groups.end()) {
    group = report.groups.insert(group, {.id = id, .tenants = {}, .plan = plan, .effects = {}, .prunable = {}});
  }
  group->tenants.push_back(tenant);
  if (!record.message.empty()) group->remarks.push_back(tenant + ": " + record.message);
}

// One run, as its plan was shown.
void show_run(Session& session, const std::string& run, const Platform& platform, const std::vector<Tenant>& tenants) {
  FleetReport report;
  const auto read = [&](std::size_t index, TenantSession& database, const InOrder& in_order) {
    for (const RunRecord& record : list_runs(database, run, 1)) {
      Plan plan;
      for (Change& change : changes_of_run(database, record.id)) {
        (change.is_adoption() ? plan.adoptions : plan.changes).push_back(std::move(change));
      }
      in_order([&report, &tenant = tenants[index].slug, record, plan = std::move(plan)] {
        add_changes(report, tenant, record, plan);
      });
    }
  };
  const auto failed = read_tenants(platform, tenants, session.parallel(), read);
  if (report.run.empty()) throw_failures(failed, Reported::no);
  if (report.run.empty())
    throw Error(ErrorKind::invalid, "there is no run '" + run + "' in the ledgers of these tenants",
                "'acctl log' lists the runs of tenants.");
  write_report(session, report, {.verb = ReportVerb::applied, .command = "log"});
  throw_failures(failed, Reported::no);
}

void run(Session& session, const ShowLog& options) {
  if (options.limit < 1)
    throw Error(ErrorKind::invalid, "--limit: " + std::to_string(options.limit) + " is not a positive number",
                "Give the number of runs to show for each tenant.");
  const std::string format = session.settings().output;
  if (options.run.empty() && std::ranges::find(report_formats(), format) != report_formats().end()) {
    throw Error(ErrorKind::invalid, "-o " + format + " shows the changes of one run",
                "Name the run; 'acctl log' lists the runs.");
  }
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, options.exclude, {}, Unnamed::refused, Reach::suspended_too);
  tell_left_out(session, tenants, Reach::suspended_too);
  if (!options.run.empty()) return show_run(session, options.run, platform, tenants);
  list_ledgers(session, options, platform, tenants);
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
      .example("acctl log -t acme", "See the newest runs first.")
      .example("acctl log 3f9c0a71d2e4 -t acme -o json", "The changes of one run, with values before and after.")
      .formats(report_formats())
      .trail(Trail::nothing);
}

}  // namespace acctl

#include "commands/shared/execute_plan.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "cli/remarks.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/enterprise_watch.hpp"
#include "commands/shared/seats.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/access/user_edits.hpp"
#include "provisioning/base/digest.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/plan/former_keys.hpp"
#include "provisioning/plan/list_entries.hpp"
#include "provisioning/plan/template_clones.hpp"
#include "provisioning/tenants/export.hpp"

namespace acctl {

namespace {

std::string loosened_by(const EditOptions& options) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : " ") + what; };
  if (!options.max_removals.empty()) add("--max-removals " + options.max_removals);
  for (const std::string& address : split_words(options.allow_removal)) add("--allow-removal " + address);
  if (options.adopt) add("--adopt");
  return text;
}

AskedBy source_for(Ask ask) {
  if (ask == Ask::where_taken_away) return AskedBy::words;
  return ask == Ask::saved_plan ? AskedBy::saved_plan : AskedBy::files;
}

std::string make_question(const Outlook& outlook, const std::string& elsewhere, const std::string& verb) {
  if (outlook.changing.empty() && outlook.adopting.empty()) return "Do you want to " + elsewhere + "?";
  const std::string more = elsewhere.empty() ? "" : ", and " + elsewhere;
  return "Do you want to " + verb + " these changes in " + places(outlook) + more + "?";
}

// "2 added, 1 changed, 3 taken over", of a plan that takes nothing away.
std::string done_words(const FleetReport& report) {
  const ReportCounts counts = count_changes(report);
  std::vector<std::string> words;
  if (counts.add > 0) words.push_back(std::to_string(counts.add) + " added");
  if (counts.change > 0) words.push_back(std::to_string(counts.change) + " changed");
  if (counts.adopt > 0) words.push_back(std::to_string(counts.adopt) + " taken over");
  return join(words);
}

// Sends what this run has queued, and what waits since a run that was killed between its commit and its messages. The
// latter is not told to the user of --as.
void send_messages(Session& session, const FleetPlan& fleet) {
  deliver_now(session, fleet.platform(), fleet.notified(), fleet.report().run);
  if (!session.settings().as.empty()) return;
  deliver_now(session, fleet.platform(), fleet.waiting(), "", QueuedBy::earlier_run);
}

}  // namespace

RunRecord make_run_record(const Session& session, const std::string& command, const std::string& manager,
                          const EditOptions& options) {
  const Actor actor = read_actor(session);
  RunRecord record{.run = actor.run, .at = {}, .command = command, .outcome = "done", .actor = actor.name};
  record.origin = actor.origin;
  record.reason = actor.reason;
  record.as = acting_user(session.settings().as);
  record.manager = manager;
  record.loosened = loosened_by(options);
  for (const char* variable : {"GITHUB_SHA", "CI_COMMIT_SHA", "BUILDKITE_COMMIT", "GIT_COMMIT"}) {
    const char* value = std::getenv(variable);
    if (record.commit.empty() && value != nullptr) record.commit = value;
  }
  return record;
}

Edit FilesEdit::in(const Tenant& tenant) const {
  Edit own = edit;
  const auto renamed_before = std::make_shared<Renames>();
  own.desired = [lay = desired, pack = tenant.pack, renamed_before](const State& current) {
    return lay(current, pack, *renamed_before);
  };
  if (!circles.empty()) {
    own.look_up = [circles = circles, renamed_before](auto& database) {
      *renamed_before = find_renamed_before(database, circles);
    };
  }
  return own;
}

FilesEdit make_edit(const Definitions& definitions, const EditOptions& options, const RunRecord& record, Notes& notes) {
  const OverlayOptions overlay_options{
      .manager = definitions.manager, .prune = options.prune, .adopt = options.adopt, .only = only_kinds(options.only)};
  const bool nothing = std::ranges::all_of(definitions.objects, [](const auto& kind) { return kind.second.empty(); });
  if (options.prune && nothing && !options.allow_empty) {
    throw Error(ErrorKind::invalid,
                "the files declare nothing; --prune would remove all objects of manager " + definitions.manager,
                "If that is intended, add --allow-empty; else leave out --prune.");
  }
  FilesEdit files{.edit = {.scope = compute_scope(definitions),
                           .guards = stricter(read_guard_options(options), definitions.guards)},
                  .circles = find_circles(definitions)};
  Edit& edit = files.edit;
  if (options.prune) add_prunable(edit.scope);
  files.desired = [&definitions, overlay_options, &notes](const State& current, const std::string& pack,
                                                          const Renames& renamed_before) {
    OverlayOptions known = overlay_options;
    known.renamed_before = renamed_before;
    Desired desired = clones_templates(definitions)
                          ? overlay(current, with_templates(definitions, current, pack), known)
                          : overlay(current, definitions, known);
    note_idle_crm_access(definitions, current, desired.state, notes);
    return desired;
  };
  edit.let_go = [&definitions, overlay_options](const nlohmann::json& entries, Desired& desired) {
    let_go_entries(entries, definitions, overlay_options, desired);
  };
  edit.tests = definitions.tests;
  edit.record = record;
  if (!overlay_options.only.empty()) {
    // What is left of the files under --only is not what their manager declares, so it gets no digest.
    Definitions part = definitions;
    std::erase_if(part.objects, [&](const auto& kind) { return !overlay_options.only.contains(kind.first); });
    for (const std::string& kind : overlay_options.only) part.objects[kind];  // also where the files have none of it
    edit.declared = to_json(part).dump();
    return files;
  }
  edit.declared = to_json(definitions).dump();
  Digest digest;
  digest.add(edit.declared);
  digest.add(options.prune ? "prune" : "keep");
  edit.digest = digest.hex();
  return files;
}

FleetJob make_fleet_job(Session& session, const Guards& guards,
                        std::function<std::optional<Edit>(TenantSession&, const Tenant&)> edit,
                        const std::optional<TenantSelection>& files) {
  FleetJob job{.edit = std::move(edit), .guards = guards, .parallel = session.parallel()};
  job.named.insert(session.settings().tenants.begin(), session.settings().tenants.end());
  if (files) job.named.insert(files->slugs.begin(), files->slugs.end());
  return job;
}

FleetJob make_import_job(Session& session, const std::string& command, const Guards& guards,
                         const Definitions& definitions) {
  const RunRecord record = make_run_record(session, command, "", {});
  return make_fleet_job(session, guards, [&definitions, guards, record](TenantSession&, const Tenant&) {
    Edit edit = make_import(definitions);
    edit.guards = guards;
    edit.record = record;
    return edit;
  });
}

void show(Session& session, const FleetReport& report, const ReportStyle& style) {
  // throw_failures() reports the error of a single tenant.
  const bool only_error = report.groups.empty() && report.failures.size() == 1 && report.unchanged == 0;
  const bool table = session.format() == OutputFormat::table;
  if (!table && !report.skipped.empty()) {
    session.terminal().info("skipped, not active: " + shortened(report.skipped));
  }
  if (!table || !only_error) write_report(session, report, style);
}

bool confirm_plan(Session& session, const FleetReport& planned, const Outlook& outlook, const Prompt& prompt) {
  const bool dry = session.settings().dry_run;
  const bool table = session.format() == OutputFormat::table;
  const bool asks = prompt.source != AskedBy::words || outlook.takes_away;
  const bool shown = table && !dry && asks && prompt.finds;
  ReportStyle style{.verb = ReportVerb::planned, .command = prompt.command, .holds_mail = session.settings().no_mail};
  if (shown) show(session, planned, style);
  bool counted = dry || shown;  // said how many messages will be sent
  if (!session.terminal().is_verbose()) style.most = remarks_shown;
  require_consent(session, outlook, prompt.source, prompt.question, [&] {
    if (table && isatty(STDOUT_FILENO) != 0) return;
    session.terminal().show(report_text(planned, style, OutputFormat::table, false));
    counted = true;
  });
  if (!counted) tell_messages(session, sum_messages(planned));
  return shown;
}

int execute_plan(Session& session, FleetPlan& fleet, const std::string& command, Ask ask, const Hooks& hooks) {
  FleetReport amended;
  const auto shown = [&]() -> const FleetReport& {
    if (!hooks.amend) return fleet.report();
    amended = fleet.report();
    hooks.amend(amended);
    return amended;
  };
  fleet.plan();
  EnterpriseWatch watch(session, fleet, command);
  watch.planned(hooks.losses ? hooks.losses() : EnterpriseLosses{});
  if (hooks.planned) hooks.planned();
  const bool dry = session.settings().dry_run;
  const bool table = session.format() == OutputFormat::table;
  fleet.check_fleet_cap();
  Outlook outlook = make_outlook(fleet.report());
  const std::string elsewhere = hooks.elsewhere ? hooks.elsewhere(fleet.report()) : "";
  outlook.elsewhere = !elsewhere.empty();
  outlook.takes_away |= outlook.elsewhere;
  const AskedBy source = source_for(ask);
  const bool asks = source != AskedBy::words || outlook.takes_away;
  const bool finds = outlook.writes() || fleet.has_changes();  // a plan that is refused is also shown
  const std::size_t refused = fleet.report().failures.size();
  const std::string verb = command.find(' ') == std::string::npos ? command : "make";
  confirm_plan(
      session, shown(), outlook,
      {.command = command, .source = source, .question = make_question(outlook, elsewhere, verb), .finds = finds});
  if (!dry) watch.hold();
  if (!dry && hooks.before) hooks.before(fleet.report());
  fleet.run(dry ? Ending::roll_back : Ending::commit);
  if (!dry) watch.settle();
  if (!dry && hooks.after) hooks.after(fleet.report());
  const FleetReport& report = shown();
  const bool tells_outcome = !table || dry || (!asks && is_fleet(report)) || (source != AskedBy::words && !finds);
  if (tells_outcome) {
    show(session, report,
         {.verb = dry ? ReportVerb::rehearsed : ReportVerb::applied,
          .command = command,
          .holds_mail = session.settings().no_mail});
  } else if (!report.run.empty()) {
    session.terminal().info("done" + (asks ? "" : ": " + done_words(report)) + "; this is run " + report.run);
  } else if (report.failures.empty()) {
    session.terminal().info(elsewhere.empty() && report.beside.empty() ? "nothing to change" : "done");
  }
  report_seats(session, fleet.seats());
  send_messages(session, fleet);
  // What was shown before is not said again.
  throw_failures(report, tells_outcome || report.failures.size() == refused ? Reported::yes : Reported::no);
  return 0;
}

}  // namespace acctl

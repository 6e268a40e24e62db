// What the commands share that plan and write the configuration of tenants: their options, and the way from a plan
// through the question to the outcome.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/tenant_selection.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/model/definitions.hpp"

namespace acctl {

struct FileOptions {
  std::vector<std::string> files;
  bool allow_environment = false;
};
std::vector<Option> file_options(FileOptions& target);

struct EditOptions {
  std::vector<std::string> exclude;
  bool prune = false;
  bool adopt = false;
  std::vector<std::string> only;
  std::string min_admins;
  std::string max_removals;
  std::vector<std::string> allow_removal;
  std::vector<std::string> fail_on_gain;
};
// --prune, --adopt, --only
std::vector<Option> ownership_options(EditOptions& target);
// --max-removals, --allow-removal, --min-admins, --fail-on-gain
std::vector<Option> guard_options(EditOptions& target);

// One after the other, as one list.
std::vector<Option> joined(std::vector<std::vector<Option>> parts);

// Reads and checks the files; throws Error(invalid) where there are none.
Definitions definitions_of(const FileOptions& options);

Guards guards_of(const EditOptions& options);

// "a,b" and repetition both make a list.
std::vector<std::string> split_words(const std::vector<std::string>& words);

// --only as kinds; throws Error(invalid) for what is none.
std::set<std::string> only_kinds(const std::vector<std::string>& words);

// Who runs `command`, for the ledger.
RunRecord record_of(const Session& session, const std::string& command, const std::string& manager,
                    const EditOptions& options);

// The edit of plan and apply.
Edit edit_of(const Definitions& definitions, const EditOptions& options, const RunRecord& record);

// Says how far the work on several tenants is.
std::function<void(std::size_t done, std::size_t all)> progress_of(Session& session);

// A job of the session's width, with progress.
FleetJob job_of(Session& session, const Guards& guards,
                std::function<std::optional<Edit>(TenantSession&, const Tenant&)> edit);

// write_report(), but for what throw_failures() is about to say by itself.
void show(Session& session, const FleetReport& report, const ReportStyle& style);

// What a person is asked about: every change (of files, of a saved plan), or only those that take something away (an
// object, a member of a list, somebody's permission, somebody's access).
enum class Ask { always, saved_plan, where_taken_away };

// What a command writes elsewhere where its plans are carried out; not in a rehearsal.
struct Hooks {
  // What goes elsewhere with the changes, to be asked about even if no tenant changes: "end the grant of …"; "" for
  // nothing.
  std::function<std::string(const FleetReport& planned)> elsewhere = nullptr;
  std::function<void()> planned = nullptr;  // all tenants are planned; may throw before anything is shown
  std::function<void(const FleetReport& planned)> before = nullptr;  // the first tenant is written, after the question
  std::function<void(const FleetReport& outcome)> after = nullptr;   // the last one
};

// Shows the plan, asks, carries it out, shows the outcome; with --dry-run runs it and rolls back. `command` names it in
// words: "apply". What is not asked about is not shown before, and ends with a line. Mails that it queued are sent
// then. Returns the exit code; failures are thrown at the end.
int carry_out(Session& session, FleetPlan& fleet, const std::string& command, Ask ask = Ask::always,
              const Hooks& beside = {});

}  // namespace acctl

// The path of commands that write configuration, from a plan through the prompt to the outcome.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/session.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/edit_options.hpp"
#include "commands/shared/tenant_selection.hpp"
#include "provisioning/access/edit_messages.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/fleet/plans.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

// Who runs `command`, for the ledger.
RunRecord make_run_record(const Session& session, const std::string& command, const std::string& manager,
                          const EditOptions& options);

// The edit of plan and apply, which is the same for all tenants but for what files clone from the tenant's pack.
struct FilesEdit {
  Edit edit;  // without its function `desired`
  std::function<Desired(const State& current, const std::string& pack, const Renames& renamed_before)> desired;
  Renames circles = {};  // see find_circles()

  Edit in(const Tenant& tenant) const;
};

// It refers to `definitions` and `notes`, which collect what has no effect.
FilesEdit make_edit(const Definitions& definitions, const EditOptions& options, const RunRecord& record, Notes& notes);

// A job of the session's width. Tenants that -t names, or that the files list, cannot be skipped.
FleetJob make_fleet_job(Session& session, const Guards& guards,
                        std::function<std::optional<Edit>(TenantSession&, const Tenant&)> edit,
                        const std::optional<TenantSelection>& files = {});

// Makes a tenant equal to `definitions`, an export that outlives the job, as a run of `command`.
FleetJob make_import_job(Session& session, const std::string& command, const Guards& guards,
                         const Definitions& definitions);

// write_report(), except for the failure of a single tenant, which throw_failures() reports.
void show(Session& session, const FleetReport& report, const ReportStyle& style);

// What a person is asked before a plan is carried out.
struct Prompt {
  std::string command;  // "apply", "tenant edit"
  AskedBy source;
  std::string question;
  bool finds;  // there is something to show: also changes that are refused
};

// Shows a plan whose changes somebody has to confirm, prompts, and says how many messages will be sent. Other formats
// than a table are for programs, which get the outcome alone. Returns whether the plan was shown as output.
bool confirm_plan(Session& session, const FleetReport& planned, const Outlook& outlook, const Prompt& prompt);

// What has to be confirmed: every change (of files, of a saved plan), or only changes that take something away (an
// object, a list member, a user's permission or access).
enum class Ask { always, saved_plan, where_taken_away };

// What a command does outside of the tenants when its plan is executed; `before` and `after` not with --dry-run.
struct Hooks {
  // What is changed elsewhere, to be confirmed even if no tenant changes: "end the grant of …"; "" for nothing.
  std::function<std::string(const FleetReport& planned)> elsewhere = nullptr;
  // What is taken of enterprises beside the plan; it may not take their last admin.
  std::function<EnterpriseLosses()> losses = nullptr;
  std::function<void()> planned = nullptr;  // after all tenants are planned; may throw before anything is shown
  std::function<void(const FleetReport& planned)> before =
      nullptr;  // after the prompt, before the first tenant is written
  std::function<void(const FleetReport& outcome)> after = nullptr;  // after the last one
  // Adds to what is shown what is beside the plans, before and afterwards.
  std::function<void(FleetReport& report)> amend = nullptr;
};

// Shows the plan, prompts, executes it and shows the outcome; with --dry-run executes it and rolls back. `command` is
// the verb of the prompt: "apply". A plan that needs no prompt is not shown before, and ends with one line. Messages
// that it queued are sent at the end. Returns the exit code; failures are thrown last.
int execute_plan(Session& session, FleetPlan& fleet, const std::string& command, Ask ask = Ask::always,
                 const Hooks& hooks = {});

}  // namespace acctl

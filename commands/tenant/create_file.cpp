#include "commands/tenant/create_file.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>

#include "cli/remarks.hpp"
#include "commands/reports/plan_output.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/results.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/fleet/fleet.hpp"

namespace acctl {

namespace {

TenantResult to_result(const TenantOutcome& outcome) {
  return {.slug = outcome.slug,
          .result = std::string(outcome.result ? to_string(outcome.result->how) : "failed"),
          .error = outcome.error};
}

// Adds what would become of `rows` to `results`, and returns how many invitations would be sent.
MessageTotals rehearse_all(Platform& platform, std::vector<const RegistryRow*> rows,
                           std::vector<TenantResult>& results) {
  Step checking("checking", rows.size(), "tenants");
  FoundersToBe founders;
  put_founding_first(platform, rows);
  MessageTotals messages;
  for (const RegistryRow* row : rows) {
    TenantOutcome outcome{.slug = row->request.slug, .result = {}, .error = {}};
    outcome.error = platform.catch_failure([&] {
      outcome.result = rehearse_tenant(platform, row->request, founders);
      messages.invitations += static_cast<std::size_t>(outcome.result->invitations);
    });
    results.push_back(to_result(outcome));
    checking.advance();
  }
  return messages;
}

std::vector<TenantOutcome> create_all(Session& session, Platform& platform, const std::vector<TenantRequest>& requests,
                                      const std::function<void(const TenantOutcome&)>& done,
                                      const std::atomic<std::size_t>& finished) {
  try {
    return create_tenants(platform, requests, session.parallel(), done);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    throw Error(ErrorKind::interrupted,
                "interrupted; " + std::to_string(finished.load()) + " of " + std::to_string(requests.size()) +
                    " tenants are done, and their first administrators have not been sent an invitation yet",
                "Run the same command again: it finishes the others and sends the invitations.");
  }
}

// Provisions `rows`, adds what became of them to `results`, and sends the first messages at the end.
class Creation {
 public:
  Creation(Session& session, Platform& platform, const std::vector<const RegistryRow*>& rows)
      : session_(session), platform_(platform), rows_(rows) {
    for (const RegistryRow* row : rows) requests_.push_back(row->request);
  }

  void run(std::vector<TenantResult>& results) {
    std::atomic<std::size_t> finished = 0;
    std::optional<Remarks> failures(std::in_place, session_.terminal(), Remarks::Tone::warning);
    const auto done = [&](const TenantOutcome& outcome) {
      if (outcome.error) failures->say("tenant " + outcome.slug + ": " + outcome.error->what());
      ++finished;
    };
    outcomes_ = create_all(session_, platform_, requests_, done, finished);
    failures.reset();
    complete();
    for (const TenantOutcome& outcome : outcomes_) results.push_back(to_result(outcome));
  }

  void send_messages() {
    std::vector<const ProvisionResult*> provisioned;
    for (const TenantOutcome& outcome : outcomes_) {
      if (outcome.result) provisioned.push_back(&*outcome.result);
    }
    tell_first_messages(session_, provisioned);
    send_first_messages(session_, platform_, provisioned);
  }

 private:
  // A new tenant has the limits, features and notes of its row, too.
  void complete() {
    std::vector<const RegistryRow*> made;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].result && outcomes_[i].result->how != Provisioned::unchanged) made.push_back(rows_[i]);
    }
    std::vector<TenantFailure> failures;
    complete_fresh(session_, platform_, made, std::nullopt, failures);
    for (const TenantFailure& failure : failures) {
      const auto outcome = std::ranges::find(outcomes_, failure.tenant, &TenantOutcome::slug);
      if (outcome != outcomes_.end()) *outcome = {.slug = failure.tenant, .result = {}, .error = failure.error};
    }
  }

  Session& session_;
  Platform& platform_;
  const std::vector<const RegistryRow*>& rows_;
  std::vector<TenantRequest> requests_;
  std::vector<TenantOutcome> outcomes_;
};

// Rows of the file that differ from their tenants: shown, confirmed and changed.
class RowUpdates {
 public:
  RowUpdates(Session& session, Platform& platform, std::vector<RegistryRequest> requests)
      : session_(session), edits_(platform, std::move(requests), edit_options(session, "tenant.apply")) {}

  void plan() { edits_.plan(); }

  // Slugs of the tenants that would change.
  std::set<std::string> changing() const {
    std::set<std::string> slugs;
    for (const PlanGroup& group : edits_.report().groups) slugs.insert(group.tenants.begin(), group.tenants.end());
    return slugs;
  }

  void confirm() {
    const Outlook outlook = make_outlook(edits_.report());
    if (!outlook.writes()) return;
    ReportStyle style{.verb = ReportVerb::planned, .command = "tenant create"};
    if (!session_.terminal().is_verbose()) style.most = remarks_shown;
    // Standard output is for the results; the plan goes to standard error.
    session_.terminal().show(report_text(edits_.report(), style, OutputFormat::table, false));
    require_consent(session_, outlook, AskedBy::files,
                    "Do you want to make these changes in " + places(outlook) +
                        "? (With --create-only, tenants that exist are not changed.)");
  }

  void run(std::vector<TenantResult>& results) {
    edits_.run(read_mode(session_));
    for (const std::string& slug : changing()) results.push_back({.slug = slug, .result = "updated"});
    for (const TenantFailure& failure : edits_.report().failures)
      results.push_back({.slug = failure.tenant, .result = "failed", .error = failure.error});
  }

 private:
  Session& session_;
  RegistryEdits edits_;
};

// The rows that are provisioned or looked at: new ones, and those of tenants that are as the file says.
std::vector<const RegistryRow*> rows_without(const RegistryFile& registry, const std::set<std::string>& others) {
  std::vector<const RegistryRow*> rows;
  for (const RegistryRow& row : registry.rows) {
    if (!others.contains(row.request.slug)) rows.push_back(&row);
  }
  return rows;
}

// In the order of the file.
void sort_results(const RegistryFile& registry, std::vector<TenantResult>& results) {
  std::map<std::string, std::size_t> places;
  for (const RegistryRow& row : registry.rows) places.emplace(row.request.slug, places.size());
  std::ranges::stable_sort(results, {}, [&](const TenantResult& result) { return places[result.slug]; });
}

}  // namespace

std::string_view to_string(Provisioned how) {
  return find_word(
      how,
      {{Provisioned::created, "created"}, {Provisioned::resumed, "resumed"}, {Provisioned::unchanged, "unchanged"}});
}

void create_from_file(Session& session, const RegistryFileOptions& source, bool create_only) {
  const RegistryFile registry = read_registry(source);
  Platform platform = open_platform(session);
  FileRequests asked = compare_file(platform, registry, file_name(source), false);
  std::vector<TenantResult> results;
  std::set<std::string> others;
  std::optional<RowUpdates> updates;
  if (!create_only) {
    for (const TenantFailure& conflict : asked.conflicts) {
      others.insert(conflict.tenant);
      results.push_back({.slug = conflict.tenant, .result = "failed", .error = conflict.error});
    }
    updates.emplace(session, platform, std::move(asked.edits));
    updates->plan();
    others.merge(updates->changing());
    updates->confirm();
    updates->run(results);
    for (const TenantResult& result : results) others.insert(result.slug);
  }
  const std::vector<const RegistryRow*> rows = rows_without(registry, others);
  const bool dry = session.settings().dry_run;
  Creation creation(session, platform, rows);
  MessageTotals messages;  // that a dry run foresees
  if (dry) {
    messages = rehearse_all(platform, rows, results);
  } else {
    creation.run(results);
  }
  sort_results(registry, results);
  write_results(session, results);
  if (dry) {
    session.terminal().info("dry run: nothing was done");
    tell_messages(session, messages);
  } else {
    session.terminal().info(results.empty() ? "the file contains no tenants; nothing changed" : count_results(results));
    creation.send_messages();
  }
  throw_failed(results, dry);
}

}  // namespace acctl

// Plans as workflow commands of GitHub Actions: annotations at the lines that cause a change.
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::string who(const PlanGroup& group) {
  return group.tenants.size() == 1 ? escaped(group.tenants.front()) : counted(group.tenants.size(), "tenant");
}

void annotate(const Change& change, const PlanGroup& group, GithubAnnotations& all) {
  GithubProperties properties = github_place(change.place);
  const std::string title = std::string(to_string(change.action)) + " " + subject_words(change);
  properties.emplace_back("title", title);
  const std::vector<std::string> fields = field_words(change);
  const std::string message = who(group) + ": " + (fields.empty() ? title : join(fields));
  all.add(change.action == Action::remove ? "warning" : "notice", properties, message);
}

void annotate(const PlanGroup& group, GithubAnnotations& all) {
  // First, for of many warnings the first ten are shown.
  if (const std::string elsewhere = declared_elsewhere_words(group); !elsewhere.empty()) {
    all.add(
        "warning", {{"title", "declared by another manager"}},
        who(group) + ": " + escaped(elsewhere) + (group.declared_elsewhere.size() == 1 ? " is" : " are") + " removed");
  }
  for (const std::string& words : taken_along_words(group)) {
    all.add("warning", {{"title", "taken along"}}, who(group) + ": " + escaped(words));
  }
  for (const std::string& remark : group.remarks) all.add("warning", {{"title", "remark"}}, escaped(remark));
  for (const Change& change : group.plan.changes) {
    // Without a place there is no line to annotate; a removal is important enough to be shown all the same.
    if (change.place.line > 0 || change.action == Action::remove) annotate(change, group, all);
  }
  for (const EffectWords& words : effect_words(group)) {
    all.add("warning", {{"title", "access of " + who(group)}}, sentence(words));
  }
  const std::string adoptions = adoptions_line(group);
  if (!adoptions.empty()) {
    all.add("notice", {{"title", "taken over"}}, who(group) + ": " + adoptions + ": " + escaped(adopted_words(group)));
  }
  for (const std::string& object : prunable_words(group)) {
    all.add("notice", {{"title", "no longer declared"}},
            who(group) + ": " + escaped(object) + " is kept; remove it with --prune");
  }
}

// Each problem at its place in the files; what has none together.
void annotate(const TenantFailure& failure, GithubAnnotations& all) {
  const Error& error = failure.error;
  const auto command = [&](GithubProperties properties, const std::string& message) {
    if (!failure.tenant.empty()) properties.emplace_back("title", escaped(failure.tenant));
    all.add("error", properties, escaped(message));
  };
  for (const Diagnostic& problem : error.diagnostics()) {
    command(github_place({problem.file, problem.line, problem.column}), problem.message);
  }
  if (error.diagnostics().empty()) command({}, error_words(error));
}

}  // namespace

std::string report_github(const FleetReport& report, const ReportStyle& style) {
  GithubAnnotations all;
  for (const TenantFailure& failure : report.failures) annotate(failure, all);
  for (const PlanGroup& group : report.groups) annotate(group, all);
  const std::string messages = messages_line(report, style);
  return all.text("acctl " + style.command,
                  summary_line(report, style) + (messages.empty() ? "" : " " + messages + "."));
}

}  // namespace acctl

// Plans as workflow commands of GitHub Actions: annotations at the lines that cause a change.
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::string who(const PlanGroup& group) {
  return group.tenants.size() == 1 ? escaped(group.tenants.front()) : counted(group.tenants.size(), "tenant");
}

std::string annotation(const Change& change, const PlanGroup& group) {
  GithubProperties properties = github_place(change.place);
  const std::string title = std::string(to_string(change.action)) + " " + subject_words(change);
  properties.emplace_back("title", title);
  const std::vector<std::string> fields = field_words(change);
  const std::string message = who(group) + ": " + (fields.empty() ? title : joined(fields));
  return github_command(change.action == Action::remove ? "warning" : "notice", properties, message);
}

// Each problem at its place in the files; what has none together.
std::string annotations(const TenantFailure& failure) {
  const Error& error = failure.error;
  const auto command = [&](GithubProperties properties, const std::string& message) {
    if (!failure.tenant.empty()) properties.emplace_back("title", escaped(failure.tenant));
    return github_command("error", properties, escaped(message));
  };
  std::string text;
  for (const Diagnostic& problem : error.diagnostics()) {
    text += command(github_place({problem.file, problem.line, problem.column}), problem.message);
  }
  return text.empty() ? command({}, error_words(error)) : text;
}

}  // namespace

std::string report_github(const FleetReport& report, const ReportStyle& style) {
  std::string text;
  for (const PlanGroup& group : report.groups) {
    for (const Change& change : group.plan.changes) {
      // Without a place there is no line to annotate; a removal is important enough to be shown all the same.
      if (change.place.line > 0 || change.action == Action::remove) text += annotation(change, group);
    }
    for (const EffectWords& words : effect_words(group)) {
      text += github_command("warning", {{"title", "access of " + who(group)}}, sentence(words));
    }
    const std::string adoptions = adoptions_line(group);
    if (!adoptions.empty()) {
      text += github_command("notice", {{"title", "taken over"}},
                             who(group) + ": " + adoptions + ": " + escaped(adopted_words(group)));
    }
    for (const std::string& object : prunable_words(group)) {
      text += github_command("notice", {{"title", "no longer declared"}},
                             who(group) + ": " + escaped(object) + " is kept; remove it with --prune");
    }
  }
  for (const TenantFailure& failure : report.failures) text += annotations(failure);
  return text + github_command("notice", {{"title", "acctl " + style.command}}, summary_line(report, style));
}

}  // namespace acctl

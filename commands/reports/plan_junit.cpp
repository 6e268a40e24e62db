// Plans as JUnit XML, for CI systems that show no other reports: one test case per tenant.
#include <set>

#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// The changes of all tenants of the group, one per line.
std::string changes_text(const PlanGroup& group) {
  std::string text;
  for (const Change& change : group.plan.changes) {
    const std::vector<std::string> fields = field_words(change);
    const std::string source = format_source(change);
    text += std::string(to_string(change.action)) + " " + subject_words(change) +
            (fields.empty() ? "" : "  " + join(fields)) + (source.empty() ? "" : "  (" + escaped(source) + ")") + "\n";
  }
  for (const std::string& words : taken_along_words(group)) text += escaped(words) + "\n";
  for (const std::string& remark : group.remarks) text += escaped(remark) + "\n";
  const std::string adoptions = adoptions_line(group);
  if (!adoptions.empty()) text += adoptions + ": " + escaped(adopted_words(group)) + "\n";
  return text;
}

// The effects in each tenant, by slug.
std::map<std::string, std::string> effects_texts(const PlanGroup& group) {
  std::map<std::string, std::string> texts;
  for (const auto& [tenant, effects] : group.effects) {
    for (const Effect& effect : effects) texts[tenant] += sentence({effect.user, true, &effect}) + "\n";
  }
  return texts;
}

std::string system_out(const std::string& text) {
  return text.empty() ? "" : "      <system-out>" + junit_text(text) + "</system-out>\n";
}

}  // namespace

std::string report_junit(const FleetReport& report, const ReportStyle& style) {
  using enum JunitSuite::Outcome;
  JunitSuite suite(style.command);
  std::map<std::string, std::string> refused;  // plans of the tenants that failed
  std::set<std::string> failed_tenants;
  for (const TenantFailure& failure : report.failures) failed_tenants.insert(failure.tenant);
  for (const PlanGroup& group : report.groups) {
    const bool drift = style.verb == ReportVerb::drifted && !group.plan.changes.empty();
    const std::string changes = changes_text(group);
    std::map<std::string, std::string> effects = effects_texts(group);
    for (const std::string& tenant : group.tenants) {
      const std::string text = changes + effects[tenant];
      if (failed_tenants.contains(tenant)) {
        refused[tenant] = text;  // one case for each tenant
        continue;
      }
      if (drift) {
        suite.add(escaped(tenant), failed,
                  junit_failure("drift", counted(group.plan.changes.size(), "change") + " since the last apply", text));
      } else {
        suite.add(escaped(tenant), passed, system_out(text));
      }
    }
  }
  for (const auto& [tenant, error] : report.failures) {
    const std::string failure =
        junit_failure(is_retryable(error) ? "retryable" : "failed", escaped(error.what()), escaped(error_words(error)));
    suite.add(tenant.empty() ? "acctl " + style.command : escaped(tenant), failed,
              failure + system_out(refused[tenant]));
  }
  for (const std::string& tenant : report.skipped) {
    suite.add(escaped(tenant), skipped, "      <skipped message=\"not active\"/>\n");
  }
  // Of these only the number is known; a suite without any case would count as one that did not run.
  if (report.unchanged > 0) suite.add(counted(report.unchanged, "unchanged tenant"), passed, "");
  if (const std::string messages = messages_line(report, style); !messages.empty()) suite.say(messages);
  return suite.text();
}

}  // namespace acctl

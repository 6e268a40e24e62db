// A test suite for CI systems that show no other reports: a test case for each tenant.
#include "commands/plan_words.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

// Of escaped text; XML has no way to write control characters, and these two are none but forbidden too.
std::string xml(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 3, "\xEF\xBF\xBE") == 0 || text.compare(i, 3, "\xEF\xBF\xBF") == 0) {
      out += text[i + 2] == '\xBE' ? "\\u{fffe}" : "\\u{ffff}";
      i += 2;
      continue;
    }
    switch (text[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

// What the plan says of all tenants of the group, a line each.
std::string changes_text(const PlanGroup& group) {
  std::string text;
  for (const Change& change : group.plan.changes) {
    const std::vector<std::string> fields = field_words(change);
    const std::string source = source_of(change);
    text += std::string(word_for(change.action)) + " " + subject_words(change) +
            (fields.empty() ? "" : "  " + joined(fields)) + (source.empty() ? "" : "  (" + escaped(source) + ")") +
            "\n";
  }
  return text;
}

// What it says of each of them, by slug.
std::map<std::string, std::string> effects_texts(const PlanGroup& group) {
  std::map<std::string, std::string> texts;
  for (const TenantEffect& effect : group.effects) {
    texts[effect.tenant] += sentence({effect.effect.user, true, &effect.effect}) + "\n";
  }
  return texts;
}

std::string test_case(const std::string& name, const std::string& class_name, const std::string& content) {
  const std::string start = "    <testcase classname=\"" + class_name + "\" name=\"" + xml(name) + "\"";
  return start + (content.empty() ? "/>\n" : ">\n" + content + "    </testcase>\n");
}

std::string failure(const std::string& type, const std::string& message, const std::string& text) {
  return "      <failure type=\"" + type + "\" message=\"" + xml(message) + "\">" + xml(text) + "</failure>\n";
}

}  // namespace

std::string report_junit(const FleetReport& report, const ReportStyle& style) {
  const std::string suite = "acctl " + style.command;
  const std::string class_name = "acctl." + style.command;
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::map<std::string, std::string> refused;  // what was planned where it failed
  for (const PlanGroup& group : report.groups) {
    const bool drift = style.verb == ReportVerb::drifted && !group.plan.changes.empty();
    const std::string changes = changes_text(group);
    std::map<std::string, std::string> effects = effects_texts(group);
    for (const std::string& tenant : group.tenants) {
      const std::string text = changes + effects[tenant];
      if (std::ranges::find(report.failures, tenant, &TenantFailure::tenant) != report.failures.end()) {
        refused[tenant] = text;  // one case for each tenant
        continue;
      }
      std::string content;
      if (drift) {
        content = failure("drift", counted(group.plan.changes.size(), "change") + " since the last apply", text);
      } else if (!text.empty()) {
        content = "      <system-out>" + xml(text) + "</system-out>\n";
      }
      cases += test_case(escaped(tenant), class_name, content);
      tests += 1;
      failures += drift ? 1 : 0;
    }
  }
  for (const TenantFailure& failed : report.failures) {
    const std::string text = escaped(error_words(failed.error));
    cases += test_case(
        escaped(failed.tenant), class_name,
        failure(is_retryable(failed.error) ? "retryable" : "failed", escaped(failed.error.what()), text) +
            (refused[failed.tenant].empty() ? ""
                                            : "      <system-out>" + xml(refused[failed.tenant]) + "</system-out>\n"));
    tests += 1;
    failures += 1;
  }
  for (const std::string& tenant : report.skipped) {
    cases += test_case(escaped(tenant), class_name, "      <skipped message=\"not active\"/>\n");
    tests += 1;
  }
  // Of these only the number is known; a suite without any case would count as one that did not run.
  if (report.unchanged > 0) {
    cases += test_case(counted(report.unchanged, "unchanged tenant"), class_name, "");
    tests += 1;
  }
  const std::string counts = "tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
                             "\" skipped=\"" + std::to_string(report.skipped.size()) + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"" + suite + "\" " + counts +
         " errors=\"0\">\n" + cases + "  </testsuite>\n</testsuites>\n";
}

}  // namespace acctl

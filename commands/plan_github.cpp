// Workflow commands of GitHub Actions: annotations at the lines that ask for a change.
#include "commands/plan_words.hpp"
#include "provisioning/model/text.hpp"

namespace acctl {

namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

// As the runner reads it back; in properties also what parts them.
std::string encoded(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%':
        out += "%25";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      case ':':
        out += property ? "%3A" : ":";
        break;
      case ',':
        out += property ? "%2C" : ",";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string command(const std::string& level, const Properties& properties, const std::string& message) {
  std::string line = "::" + level;
  for (const auto& [name, value] : properties) {
    line += (&name == &properties.front().first ? " " : ",") + name + "=" + encoded(value, true);
  }
  return line + "::" + encoded(message, false) + "\n";
}

std::string who(const PlanGroup& group) {
  return group.tenants.size() == 1 ? escaped(group.tenants.front()) : counted(group.tenants.size(), "tenant");
}

Properties properties_of(const std::string& file, int line, int column) {
  if (line <= 0) return {};
  Properties properties = {{"file", escaped(file)}, {"line", std::to_string(line)}};
  if (column > 0) properties.emplace_back("col", std::to_string(column));
  return properties;
}

std::string annotation(const Change& change, const PlanGroup& group) {
  Properties properties = properties_of(change.place.file, change.place.line, change.place.column);
  const std::string title = std::string(word_for(change.action)) + " " + subject_words(change);
  properties.emplace_back("title", title);
  const std::vector<std::string> fields = field_words(change);
  const std::string message = who(group) + ": " + (fields.empty() ? title : joined(fields));
  return command(change.action == Action::remove ? "warning" : "notice", properties, message);
}

// Each problem at its place in the files; what has none together.
std::string annotations(const TenantFailure& failure) {
  const Error& error = failure.error;
  std::string text;
  for (const Diagnostic& problem : error.diagnostics()) {
    Properties properties = properties_of(problem.file, problem.line, problem.column);
    properties.emplace_back("title", escaped(failure.tenant));
    text += command("error", properties, escaped(problem.message));
  }
  return text.empty() ? command("error", {{"title", escaped(failure.tenant)}}, escaped(error_words(error))) : text;
}

}  // namespace

std::string report_github(const FleetReport& report, const ReportStyle& style) {
  std::string text;
  for (const PlanGroup& group : report.groups) {
    for (const Change& change : group.plan.changes) {
      // Without a place there is no line to show it at; a removal is too much to go without a word.
      if (change.place.line > 0 || change.action == Action::remove) text += annotation(change, group);
    }
    for (const EffectWords& words : effect_words(group)) {
      text += command("warning", {{"title", "access of " + who(group)}}, sentence(words));
    }
    for (const std::string& object : group.plan.prunable) {
      text += command("notice", {{"title", "no longer declared"}},
                      who(group) + ": " + escaped(object) + " is kept; remove it with --prune");
    }
  }
  for (const TenantFailure& failure : report.failures) text += annotations(failure);
  return text + command("notice", {{"title", "acctl " + style.command}}, summary_line(report, style));
}

}  // namespace acctl

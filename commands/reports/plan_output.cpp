#include "commands/reports/plan_output.hpp"

#include "cli/pager.hpp"
#include "cli/session.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/reports/github_actions.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

std::string report_csv(const FleetReport& report) {
  std::string text = csv_line({"group", "action", "kind", "key", "field", "before", "after", "source"});
  const auto cell = [](const nlohmann::json& value) {
    if (value.is_null()) return std::string();
    return value.is_string() ? escaped(value.get_ref<const std::string&>()) : value_text(value);
  };
  for (const PlanGroup& group : report.groups) {
    const auto rows = [&](const std::string& action, const Change& change) {
      const std::vector<std::string> start = {escaped(group.id), action, escaped(change.kind), escaped(change.key)};
      const auto row = [&](const std::string& field, const FieldChange& values) {
        std::vector<std::string> cells = start;
        cells.insert(cells.end(),
                     {escaped(field), cell(values.before), cell(values.after), escaped(format_source(change))});
        text += csv_line(cells);
      };
      for (const auto& [name, values] : change.fields) row(name, values);
      if (change.fields.empty()) row("", {});
    };
    for (const Change& change : group.plan.changes) rows(std::string(to_string(change.action)), change);
    for (const Change& change : group.plan.adoptions) rows("adopt", change);
  }
  return text;
}

std::string report_names(const FleetReport& report) {
  std::string text;
  for (const PlanGroup& group : report.groups) {
    for (const std::vector<Change>* part : {&group.plan.changes.all(), &group.plan.adoptions.all()}) {
      for (const Change& change : *part) text += escaped(to_address(change)) + "\n";
    }
  }
  return text;
}

// The report of a command that failed before it had one, in the formats that CI systems read; "" in all others.
std::string failure_report(const std::string& command, OutputFormat format, const Error& error) {
  const bool for_ci =
      format == OutputFormat::github || format == OutputFormat::junit || format == OutputFormat::markdown;
  FleetReport report;
  report.failures.push_back({"", error});
  return for_ci ? report_text(report, {.verb = ReportVerb::planned, .command = command}, format, false) : "";
}

}  // namespace

const std::vector<std::string>& report_formats() {
  static const std::vector<std::string> formats = {"markdown", "github", "junit"};
  return formats;
}

std::string report_text(const FleetReport& report, const ReportStyle& style, OutputFormat format, bool color) {
  switch (format) {
    case OutputFormat::table:
      return report_table(report, style, color);
    case OutputFormat::json:
      return json_text(report_json(report), 2) + "\n";
    case OutputFormat::yaml:
      return write_yaml(report_json(report));
    case OutputFormat::csv:
      return report_csv(report);
    case OutputFormat::name:
      return report_names(report);
    case OutputFormat::markdown:
      return report_markdown(report, style);
    case OutputFormat::github:
      return report_github(report, style);
    case OutputFormat::junit:
      return report_junit(report, style);
  }
  return {};
}

void write_report(Session& session, const FleetReport& report, const ReportStyle& style) {
  ReportStyle chosen = style;
  chosen.full = session.given("--full");
  if (session.layout().lines) {
    write_text(json_text(report_json(report)) + "\n");
  } else if (session.format() == OutputFormat::table) {
    write_report_table(report, chosen, session.terminal().color(),
                       [&](const std::string& lines) { write_text(folded(lines, 4, screen().columns)); });
  } else {
    write_text(report_text(report, chosen, session.format(), session.terminal().color()));
  }
  flush_output();
  if (session.format() == OutputFormat::github) append_step_summary(report_markdown(report, style));
}

Option full_option(bool& target) {
  return parse_option("--full", "with -o markdown: write everything, even if it is too long for a comment", &target);
}

void write_failure_report(const std::string& command, OutputFormat format, const Error& error) {
  write_text(failure_report(command, format, error));
  flush_output();
  if (format == OutputFormat::github) append_step_summary(failure_report(command, OutputFormat::markdown, error));
}

}  // namespace acctl

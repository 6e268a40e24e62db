// Plans as a comment on a pull request. Outside text is put into code spans, where neither markup nor HTML, links and
// mentions are recognized.
#include "commands/reports/change_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t rows_shown_open = 30;

// A code span ends at a backtick, and a cell of a table at a bar: these two stand between spans, as entities.
std::string code(const std::string& text) {
  std::string out;
  bool open = false;
  const auto span = [&](bool wanted) {
    if (open != wanted) out += '`';
    open = wanted;
  };
  for (const char c : escaped(text)) {
    if (c == '`' || c == '|') {
      span(false);
      out += c == '`' ? "&#96;" : "&#124;";
    } else {
      span(true);
      out += c;
    }
  }
  span(false);
  return out;
}

std::string codes(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + code(word);
  return text;
}

std::string value(const nlohmann::json& json) { return json.is_null() ? "not set" : code(value_text(json)); }

std::string mark(Action action) {
  // A single - or + would be a list to some readers of a table.
  return action == Action::add ? "`+`" : action == Action::change ? "`~`" : "`-`";
}

std::string fields(const Change& change) {
  std::string cell;
  for (const auto& [name, values] : shown_fields(change)) {
    if (name == "level" && is_edge(change)) continue;  // stands at the object
    cell += (cell.empty() ? "" : "<br>") + code(name) + ": ";
    if (change.action == Action::change) cell += value(values.before) + " → ";
    cell += value(values.after);
  }
  return cell;
}

std::string object(const Change& change) {
  if (!is_edge(change)) return code(object_name(change));
  const EdgeWords words = edge_words(change);
  return code(words.owner) + " " + words.list + " " + code(words.member) +
         (words.level.empty() ? "" : " (" + code(words.level) + ")");
}

std::string table(const std::vector<Change>& changes) {
  std::string text = "| | object | fields | source |\n|---|---|---|---|\n";
  for (const Change& change : changes) {
    const std::string source = source_of(change);
    text +=
        "| " + mark(change.action) + " | " + object(change) + " | " + fields(change) + " | " + code(source) + " |\n";
  }
  return text;
}

std::string effects(const PlanGroup& group) {
  std::string text;
  for (const EffectWords& words : effect_words(group)) {
    const Effect& effect = *words.effect;
    text += "- " + (words.one ? code(words.who) : words.who);
    if (!effect.gains.empty()) text += (words.one ? " **gains** " : " **gain** ") + codes(effect.gains);
    if (!effect.gains.empty() && !effect.loses.empty()) text += " and";
    if (!effect.loses.empty()) text += (words.one ? " **loses** " : " **lose** ") + codes(effect.loses);
    if (!effect.via.empty()) text += " through " + code(effect.via);
    text += "\n";
  }
  return text;
}

std::string header(const PlanGroup& group) {
  if (group.tenants.size() == 1) return "#### " + code(group.tenants[0]) + ": " + group_changes(group) + "\n\n";
  std::string text = "#### " + counted(group.tenants.size(), "tenant") + ": " + group_changes(group);
  return text + " (" + code("#" + group.id) + ")\n\n" + code(shortened(group.tenants)) + "\n\n";
}

std::string changes(const PlanGroup& group) {
  const std::size_t count = group.plan.changes.size();
  if (count == 0) return {};
  const std::string rows = table(group.plan.changes) + "\n";
  if (count <= rows_shown_open) return rows;
  return "<details><summary>" + counted(count, "change") + "</summary>\n\n" + rows + "</details>\n\n";
}

std::string remarks(const PlanGroup& group) {
  std::string text = effects(group);
  for (const std::string& name : prunable_words(group)) {
    text += "- no longer declared, kept: " + code(name) + " (remove with `--prune`)\n";
  }
  for (const std::string& name : declared_elsewhere_words(group)) {
    text += "- removed, but still declared by another manager: " + code(name) + "\n";
  }
  const std::string adoptions = adoptions_line(group);
  if (!adoptions.empty()) text += "- " + adoptions + ": " + code(adopted_words(group)) + "\n";
  return text.empty() ? "" : text + "\n";
}

}  // namespace

std::string report_markdown(const FleetReport& report, const ReportStyle& style) {
  // The heading has the sentence without its full stop.
  std::string summary = summary_line(report, style);
  summary.pop_back();
  std::string text = "### " + summary + "\n\n";
  const bool fleet = is_fleet(report);
  for (const PlanGroup& group : report.groups) {
    if (fleet) text += header(group);
    text += changes(group) + remarks(group);
  }
  if (!report.failures.empty()) text += "#### Failed\n\n";
  for (const TenantFailure& failure : report.failures) {
    text += "- " + (failure.tenant.empty() ? "" : code(failure.tenant) + ": ") + code(error_words(failure.error)) +
            (is_retryable(failure.error) ? " (can be retried)" : "") + "\n";
  }
  if (!report.failures.empty()) text += "\n";
  if (!report.skipped.empty()) text += "Skipped, not active: " + code(shortened(report.skipped)) + "\n\n";
  text.pop_back();  // one line break at the end
  return text;
}

}  // namespace acctl

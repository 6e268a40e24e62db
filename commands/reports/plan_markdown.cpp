// Plans as a comment on a pull request. Outside text is put into code spans, where neither markup nor HTML, links and
// mentions are recognized.
#include <algorithm>
#include <array>
#include <limits>

#include "commands/reports/change_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t rows_shown_open = 30;
constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

// A comment on GitHub has at most 65,536 characters.
constexpr std::size_t longest_comment = 60'000;

// How much is shown: groups, in each of them objects and remarks, of each object entries; failures.
struct MarkdownExtent {
  std::size_t groups = everything;
  std::size_t objects = everything;
  std::size_t entries = everything;
  std::size_t remarks = everything;
};

// From everything to the counts alone: the first that fits is written.
constexpr std::array markdown_extents = {MarkdownExtent{},
                                         MarkdownExtent{50, 200, 50, 50},
                                         MarkdownExtent{30, 60, 20, 20},
                                         MarkdownExtent{20, 20, 10, 10},
                                         MarkdownExtent{10, 10, 3, 5},
                                         MarkdownExtent{5, 3, 1, 2},
                                         MarkdownExtent{5, 0, 0, 0}};

std::string codes(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + markdown_code(word);
  return text;
}

std::string value(const nlohmann::json& json) { return json.is_null() ? "not set" : markdown_code(value_text(json)); }

std::string markdown_mark(Action action) {
  // A single - or + would be a list to some readers of a table.
  return action == Action::add ? "`+`" : action == Action::change ? "`~`" : "`-`";
}

std::string markdown_fields(const Change& change) {
  std::string cell;
  for (const auto& [name, values] : shown_fields(change)) {
    if (name == "level" && is_edge(change)) continue;  // stands at the object
    cell += (cell.empty() ? "" : "<br>") + markdown_code(name) + ": ";
    if (change.action == Action::change) cell += value(values.before) + " → ";
    cell += value(values.after);
  }
  return cell;
}

std::string markdown_edge(const Change& change) {
  const EdgeWords words = edge_words(change);
  return words.list + " " + markdown_code(words.member) +
         (words.level.empty() ? "" : " (" + markdown_code(words.level) + ")");
}

std::string entries(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "entry" : "entries");
}

std::string row(Action action, const std::string& object, const Change* change) {
  return "| " + markdown_mark(action) + " | " + object + " | " + (change == nullptr ? "" : markdown_fields(*change)) +
         " | " + (change == nullptr ? "" : markdown_code(format_source(*change))) + " |\n";
}

// An object, and under it the entries of its lists that change. What is removed loses all of them.
std::string block_rows(const ChangeBlock& block, std::size_t most) {
  const std::string name = block.change == nullptr ? block.owner : object_name(*block.change);
  if (block.action() == Action::remove) {
    const std::size_t lost = block.edges.size();
    return row(Action::remove, markdown_code(name) + (lost == 0 ? "" : " with " + entries(lost, "list ")),
               block.change);
  }
  std::string text = row(block.action(), markdown_code(name), block.change);
  for (std::size_t i = 0; i < std::min(block.edges.size(), most); ++i) {
    const Change& edge = *block.edges[i];
    text += row(edge.action, "&emsp;" + markdown_edge(edge), &edge);
  }
  if (block.edges.size() > most) text += "| | &emsp;and " + entries(block.edges.size() - most, "more ") + " | | |\n";
  return text;
}

// "3 to add, 1 to remove" of objects and entries alike; nothing in it is from outside.
std::string format_counts(const std::vector<ChangeBlock>& blocks, std::size_t first) {
  std::map<Action, std::size_t> counts;
  for (std::size_t i = first; i < blocks.size(); ++i) ++counts[blocks[i].action()];
  std::string text;
  for (const auto& [action, count] : counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " to " + std::string(to_string(action));
  }
  return text;
}

std::string markdown_table(const std::vector<ChangeBlock>& blocks, const MarkdownExtent& extent) {
  std::string text = "| | object | fields | source |\n|---|---|---|---|\n";
  const std::size_t shown = std::min(blocks.size(), extent.objects);
  for (std::size_t i = 0; i < shown; ++i) text += block_rows(blocks[i], extent.entries);
  if (shown == 0) text.clear();
  if (shown == blocks.size()) return text;
  return text + (shown == 0 ? "" : "\n") + "and " + counted(blocks.size() - shown, "more object") + ": " +
         format_counts(blocks, shown) + "\n";
}

std::string effect(const EffectWords& words) {
  const auto& [user, gains, loses, via] = *words.effect;
  std::string text = words.one ? markdown_code(words.who) : words.who;
  if (!gains.empty()) text += (words.one ? " **gains** " : " **gain** ") + codes(gains);
  if (!gains.empty() && !loses.empty()) text += " and";
  if (!loses.empty()) text += (words.one ? " **loses** " : " **lose** ") + codes(loses);
  if (!via.empty()) text += " through " + markdown_code(via);
  return text;
}

// A list of `lines`; of many the first and how many more there are.
std::string bullets(const std::vector<std::string>& lines, std::size_t most, const std::string& what) {
  std::string text;
  for (std::size_t i = 0; i < std::min(lines.size(), most); ++i) text += "- " + lines[i] + "\n";
  if (lines.size() > most) text += "- and " + std::to_string(lines.size() - most) + " more " + what + "\n";
  return text;
}

std::string header(const PlanGroup& group) {
  if (group.tenants.size() == 1)
    return "#### " + markdown_code(group.tenants[0]) + ": " + group_changes(group) + "\n\n";
  std::string text = "#### " + counted(group.tenants.size(), "tenant") + ": " + group_changes(group);
  return text + " (" + markdown_code("#" + group.id) + ")\n\n" + markdown_code(shortened(group.tenants)) + "\n\n";
}

std::string markdown_changes(const PlanGroup& group, const MarkdownExtent& extent) {
  const std::size_t count = group.plan.changes.size();
  if (count == 0) return {};
  const std::string rows = markdown_table(change_blocks(group.plan.changes), extent) + "\n";
  if (count <= rows_shown_open || extent.objects == 0) return rows;
  return "<details><summary>" + counted(count, "change") + "</summary>\n\n" + rows + "</details>\n\n";
}

std::string markdown_remarks(const PlanGroup& group, const MarkdownExtent& extent) {
  std::vector<std::string> lines;
  for (const EffectWords& words : effect_words(group)) lines.push_back(effect(words));
  std::string text = bullets(lines, extent.remarks, "effects on access");
  lines.clear();
  for (const std::string& words : taken_along_words(group)) lines.push_back(markdown_code(words));
  text += bullets(lines, extent.remarks, "that take something along");
  lines.clear();
  for (const std::string& remark : group.remarks) lines.push_back(markdown_code(remark));
  text += bullets(lines, extent.remarks, "remarks");
  lines.clear();
  for (const std::string& name : prunable_words(group)) {
    lines.push_back("no longer declared, kept: " + markdown_code(name) + " (remove with `--prune`)");
  }
  text += bullets(lines, extent.remarks, "that are no longer declared");
  if (const std::string elsewhere = declared_elsewhere_words(group); !elsewhere.empty()) {
    text += "- removed, but still declared by another manager: " + markdown_code(elsewhere) + "\n";
  }
  const std::string adoptions = adoptions_line(group);
  if (!adoptions.empty()) text += "- " + adoptions + ": " + markdown_code(adopted_words(group)) + "\n";
  return text.empty() ? "" : text + "\n";
}

std::string markdown_failures(const FleetReport& report, const MarkdownExtent& extent) {
  if (report.failures.empty()) return {};
  std::vector<std::string> lines;
  for (const TenantFailure& failure : report.failures) {
    std::string words = error_words(failure.error);
    if (extent.remarks != everything) words = abbreviated(words);
    lines.push_back((failure.tenant.empty() ? "" : markdown_code(failure.tenant) + ": ") + markdown_code(words) +
                    (is_retryable(failure.error) ? " (can be retried)" : ""));
  }
  return "#### Failed\n\n" + bullets(lines, extent.remarks == 0 ? 10 : extent.remarks, "tenants") + "\n";
}

// Whether the command has the option --full.
bool takes_full(const std::string& command) {
  constexpr std::array commands = {"plan", "apply", "drift", "undo", "import", "log"};
  return std::ranges::find(commands, command) != commands.end();
}

std::string whole_report(const FleetReport& report, const ReportStyle& style, const MarkdownExtent& extent) {
  // The heading has the sentence without its full stop.
  std::string summary = summary_line(report, style);
  summary.pop_back();
  std::string text = "### " + summary + "\n\n";
  if (extent.groups != everything)
    text += "Shortened to fit a comment; " + std::string(takes_full(style.command) ? "`--full` or " : "") +
            "`-o json` shows everything.\n\n";
  const std::size_t shown = std::min(report.groups.size(), extent.groups);
  for (std::size_t i = 0; i < shown; ++i) {
    const PlanGroup& group = report.groups[i];
    text += header(group) + markdown_changes(group, extent) + markdown_remarks(group, extent);
  }
  if (shown < report.groups.size())
    text += "and " + counted(report.groups.size() - shown, "more group") + " of tenants with other changes\n\n";
  text += markdown_failures(report, extent);
  if (!report.skipped.empty()) text += "Skipped, not active: " + markdown_code(shortened(report.skipped)) + "\n\n";
  if (const std::string messages = messages_line(report, style); !messages.empty()) text += messages + ".\n\n";
  text.pop_back();  // one line break at the end
  return text;
}

}  // namespace

std::string report_markdown(const FleetReport& report, const ReportStyle& style) {
  std::string text;
  for (const MarkdownExtent& extent : markdown_extents) {
    text = whole_report(report, style, extent);
    if (style.full || text.size() <= longest_comment) break;
  }
  return text;
}

}  // namespace acctl

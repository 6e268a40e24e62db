// Plans as text for a terminal: one line per object, with its fields and members below it.
#include <functional>
#include <map>
#include <utility>

#include "cli/report.hpp"
#include "commands/reports/change_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}

  std::string paint(Action action, const std::string& text) const {
    return painted(action == Action::add ? "32" : action == Action::change ? "33" : "31", text);
  }
  std::string failure(const std::string& text) const { return painted("31", text); }
  std::string heading(const std::string& text) const { return painted("1", text); }
  std::string aside(const std::string& text) const { return painted("2", text); }

 private:
  std::string painted(const std::string& code, const std::string& text) const {
    return color_ ? "\x1b[" + code + "m" + text + "\x1b[0m" : text;
  }

  bool color_;
};

// Tenants that fail alike: for the same reason, but for the name of the tenant in it.
struct AlikeFailures {
  const TenantFailure* first = nullptr;
  std::vector<std::string> tenants;
};

std::vector<AlikeFailures> group_failures(const std::vector<TenantFailure>& failures) {
  std::vector<AlikeFailures> groups;
  std::map<std::string, std::size_t> places;
  for (const TenantFailure& failure : failures) {
    std::string reason = error_words(failure.error);
    for (std::size_t at = 0; !failure.tenant.empty() && (at = reason.find(failure.tenant, at)) != std::string::npos;) {
      reason.replace(at++, failure.tenant.size(), "*");
    }
    const auto [place, added] = places.try_emplace(reason, groups.size());
    if (added) groups.push_back({.first = &failure, .tenants = {}});
    groups[place->second].tenants.push_back(failure.tenant);
  }
  return groups;
}

std::string mark(Action action) { return action == Action::add ? "+" : action == Action::change ? "~" : "-"; }

class Table {
 public:
  Table(bool color, std::size_t most, const std::function<void(const std::string&)>& write)
      : painter_(color), most_(most), write_(write) {}

  void group(const PlanGroup& group, bool name_tenants) {
    if (name_tenants) header(group);
    some(change_blocks(group.plan.changes), "objects", [&](const ChangeBlock& block) { add(block); });
    some(effect_words(group), "effects on access",
         [&](const EffectWords& words) { text_ += "  " + sentence(words) + "\n"; });
    some(taken_along_words(group), "objects that take something along",
         [&](const std::string& words) { text_ += "  " + escaped(words) + "\n"; });
    some(group.remarks, "remarks", [&](const std::string& remark) { text_ += "  " + escaped(remark) + "\n"; });
    some(prunable_words(group), "that are no longer declared", [&](const std::string& object) {
      text_ += "  no longer declared, kept: " + escaped(object) + " (remove with --prune)\n";
    });
    if (const std::string elsewhere = declared_elsewhere_words(group); !elsewhere.empty()) {
      text_ += "  removed, but still declared by another manager: " + escaped(elsewhere) + "\n";
    }
    const std::string adoptions = adoptions_line(group);
    if (!adoptions.empty()) text_ += "  " + adoptions + ": " + escaped(adopted_words(group)) + "\n";
    text_ += "\n";
  }

  void failure(const AlikeFailures& alike) {
    const Error& error = alike.first->error;
    const bool one = alike.tenants.size() == 1;
    const std::string who = one ? escaped(alike.tenants.front()) : counted(alike.tenants.size(), "tenant");
    const std::string again = is_retryable(error) ? " (can be retried)" : "";
    text_ += painter_.failure("! " + who) + ": " +
             escaped(error_words(Error(error.kind(), error.what(), error.hint()))) + again + "\n";
    if (!one) text_ += "    " + escaped(shortened(alike.tenants)) + "\n";
    some(error.diagnostics(), "problems",
         [&](const Diagnostic& diagnostic) { line("    " + escaped(diagnostic_words(diagnostic))); });
  }

  // All of them, or the first few and how many more there are.
  template <class Things, class Show>
  void some(const Things& things, const std::string& what, const Show& show) {
    std::size_t shown = 0;
    for (const auto& thing : things) {
      if (most_ > 0 && shown == most_) break;
      show(thing);
      if (++shown % lines_at_once == 0) flush();
    }
    if (shown == things.size()) return;
    text_ += "  and " + std::to_string(things.size() - shown) + " more " + what +
             "; --verbose or -o json shows all of them\n";
  }

  void line(const std::string& text) { text_ += text + "\n"; }

  // Between two lines.
  void flush() { write_(std::exchange(text_, {})); }

 private:
  static constexpr std::size_t lines_at_once = 1000;

  void header(const PlanGroup& group) {
    const bool one = group.tenants.size() == 1;
    const std::string who = one ? escaped(group.tenants.front()) : counted(group.tenants.size(), "tenant");
    text_ += painter_.heading(who + ": " + group_changes(group)) + " (#" + escaped(group.id) + ")\n";
    if (!one) text_ += "  " + escaped(shortened(group.tenants)) + "\n";
  }

  void add(const ChangeBlock& block) {
    const Action action = block.action();
    const std::string name = block.change == nullptr ? block.owner : object_name(*block.change);
    text_ += "  " + painter_.paint(action, mark(action) + " " + escaped(name));
    if (block.change != nullptr) object(*block.change, block.edges.size());
    text_ += "\n";
    if (action == Action::change && block.change != nullptr) fields(*block.change);
    if (action == Action::remove) return;  // an object that is removed loses all members
    some(block.edges, "list entries", [&](const Change* edge) { member(*edge); });
  }

  // What stands behind the name.
  void object(const Change& change, std::size_t members) {
    if (change.action == Action::change && change.old_key() != change.key)
      text_ += " (was " + escaped(change.old_key()) + ")";
    if (change.action == Action::remove && members > 0) {
      text_ += " with " + std::to_string(members) + (members == 1 ? " list entry" : " list entries");
    }
    if (change.action == Action::add) {
      const std::vector<std::string> words = field_words(change);
      if (!words.empty()) text_ += "  " + join(words);
    }
    source(change);
  }

  void fields(const Change& change) {
    for (const std::string& words : field_words(change)) text_ += "      " + words + "\n";
  }

  void member(const Change& edge) {
    const EdgeWords words = edge_words(edge);
    text_ += "      " + words.list + " " + painter_.paint(edge.action, mark(edge.action) + " " + escaped(words.member));
    if (!words.level.empty()) text_ += " (" + words.level + ")";
    for (const std::string& field : field_words(edge)) text_ += ", " + field;
    source(edge);
    text_ += "\n";
  }

  void source(const Change& change) {
    const std::string place = format_source(change);
    if (!place.empty()) text_ += painter_.aside("  (" + escaped(place) + ")");
  }

  Painter painter_;
  std::size_t most_;  // of each list; 0 for all
  const std::function<void(const std::string&)>& write_;
  std::string text_;
};

}  // namespace

void write_report_table(const FleetReport& report, const ReportStyle& style, bool color,
                        const std::function<void(const std::string& lines)>& write) {
  Table table(color, style.most, write);
  const bool fleet = is_fleet(report);
  table.some(report.groups, "groups of tenants", [&](const PlanGroup& group) { table.group(group, fleet); });
  table.some(group_failures(report.failures), "causes of failures",
             [&](const AlikeFailures& alike) { table.failure(alike); });
  if (!report.skipped.empty()) table.line("skipped, not active: " + escaped(shortened(report.skipped)));
  if (!report.failures.empty() || !report.skipped.empty()) table.line("");
  if (const std::string messages = messages_line(report, style); !messages.empty()) table.line(messages);
  table.line(summary_line(report, style));
  table.flush();
}

std::string report_table(const FleetReport& report, const ReportStyle& style, bool color) {
  std::string text;
  write_report_table(report, style, color, [&](const std::string& lines) { text += lines; });
  return text;
}

}  // namespace acctl

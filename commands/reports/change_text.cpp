#include "commands/reports/change_text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "cli/report.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

constexpr std::size_t names_shown = 10;
constexpr std::size_t equal_effects_shown = 3;

std::string_view verb_words(ReportVerb verb) {
  return find_word(verb, {{ReportVerb::planned, "Plan"},
                          {ReportVerb::rehearsed, "Rehearsed and rolled back"},
                          {ReportVerb::applied, "Applied"},
                          {ReportVerb::drifted, "Drift"}});
}

std::string counts_words(const ReportCounts& counts, ReportVerb verb) {
  const bool past = verb == ReportVerb::applied || verb == ReportVerb::drifted;
  const auto part = [&](std::size_t count, const std::string& done, const std::string& to_do) {
    return std::to_string(count) + (past ? " " + done : " to " + to_do);
  };
  const std::string adopt = counts.adopt == 0 ? "" : part(counts.adopt, "taken over", "take over");
  if (counts.add + counts.change + counts.remove == 0) return adopt;
  return part(counts.add, "added", "add") + ", " + part(counts.change, "changed", "change") + ", " +
         part(counts.remove, "removed", "remove") + (adopt.empty() ? "" : ", " + adopt);
}

// The value of a field that an object does not set.
nlohmann::json find_fallback(const Kind* kind, const std::string& name) {
  if (kind == nullptr) return nullptr;
  const auto field = std::ranges::find(kind->fields, name, &Field::name);
  return field == kind->fields.end() ? nlohmann::json() : nlohmann::json::parse(field->fallback);
}

std::string level_words(const Change& change) {
  const auto level = change.fields.find("level");
  if (level == change.fields.end()) return {};
  const auto word = [](const nlohmann::json& value) {
    return value.is_string() ? escaped(value.get_ref<const std::string&>()) : value_text(value);
  };
  const auto& [before, after] = level->second;
  if (change.action == Action::change) return word(before) + " -> " + word(after);
  const nlohmann::json& only = change.action == Action::add ? after : before;
  return only.is_null() ? "" : word(only);
}

// What holds of some tenants of a group, and of how many if not of all.
std::vector<std::string> words_with_tenants(const std::map<std::string, std::size_t>& objects, const PlanGroup& group) {
  std::vector<std::string> words;
  for (const auto& [object, tenants] : objects) {
    words.push_back(object + (tenants == group.tenants.size() ? "" : " in " + counted(tenants, "tenant")));
  }
  return words;
}

// "1,276"
std::string in_thousands(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t end = text.size(); end > 3; end -= 3) text.insert(end - 3, ",");
  return text;
}

}  // namespace

ReportCounts count_changes(const FleetReport& report) {
  ReportCounts counts;
  for (const PlanGroup& group : report.groups) {
    const std::size_t tenants = group.tenants.size();
    counts.tenants += tenants;
    if (!group.plan.empty()) counts.changing_tenants += tenants;
    counts.adopt += group.plan.adoptions.size() * tenants;
    for (const Change& change : group.plan.changes) {
      std::size_t& count = change.action == Action::add      ? counts.add
                           : change.action == Action::change ? counts.change
                                                             : counts.remove;
      count += tenants;
    }
  }
  return counts;
}

bool is_fleet(const FleetReport& report) {
  // A tenant with nothing but prunable objects is in a group and counted as unchanged.
  return count_changes(report).changing_tenants + report.unchanged + report.failures.size() + report.skipped.size() > 1;
}

std::string summary_line(const FleetReport& report, const ReportStyle& style) {
  if (report.failures.size() == 1 && report.failures.front().tenant.empty())
    return "acctl " + style.command + ": failed.";
  const ReportCounts counts = count_changes(report);
  const bool fleet = is_fleet(report);
  const bool nothing_known = counts.tenants + report.unchanged == 0;
  std::vector<std::string> parts;
  if (!counts.none()) {
    parts.push_back(counts_words(counts, style.verb) +
                    (fleet ? " in " + counted(counts.changing_tenants, "tenant") : "") +
                    (style.verb == ReportVerb::drifted ? " since the last apply" : ""));
  } else if (!report.beside.empty()) {
    parts = report.beside;
    parts.emplace_back("nothing else to change");
  } else if (!nothing_known || report.failures.size() + report.skipped.size() == 0) {
    parts.emplace_back(style.verb == ReportVerb::drifted ? "none" : "nothing to change");
  }
  if (!counts.none()) parts.insert(parts.end(), report.beside.begin(), report.beside.end());
  if (fleet && report.unchanged > 0 && (report.beside.empty() || !counts.none()))
    parts.push_back(counted(report.unchanged, "tenant") + " unchanged");
  if (!report.failures.empty()) parts.push_back(counted(report.failures.size(), "tenant") + " failed");
  if (!report.skipped.empty()) parts.push_back(counted(report.skipped.size(), "tenant") + " skipped");
  std::string line = std::string(verb_words(style.verb)) + ": ";
  for (const std::string& part : parts) line += (&part == &parts.front() ? "" : "; ") + part;
  return line + "." + (report.run.empty() ? "" : " Run " + escaped(report.run) + ".");
}

MessageTotals sum_messages(const FleetReport& report) {
  MessageTotals totals;
  for (const PlanGroup& group : report.groups) {
    totals.invitations += group.invitations;
    totals.notifications += group.notifications;
  }
  return totals;
}

std::string messages_words(const MessageTotals& messages, bool held) {
  std::string words;
  const auto add = [&](std::size_t count, const std::string& what) {
    if (count > 0) words += (words.empty() ? "" : " and ") + in_thousands(count) + " " + what + (count == 1 ? "" : "s");
  };
  add(messages.invitations, "invitation");
  add(messages.notifications, "notification");
  add(messages.others, "message");
  return words.empty() ? "" : words + " will be " + (held ? "held" : "sent");
}

std::string messages_line(const FleetReport& report, const ReportStyle& style) {
  if (style.verb != ReportVerb::planned && style.verb != ReportVerb::rehearsed) return "";
  return messages_words(sum_messages(report), style.holds_mail);
}

std::string group_changes(const PlanGroup& group) {
  const std::size_t changes = group.plan.changes.size();
  if (group.plan.empty()) return "no changes";
  if (changes == 0) return counted(group.plan.adoptions.size(), "object") + " to take over";
  if (group.tenants.size() == 1) return counted(changes, "change");
  return changes == 1 ? "the same change" : "the same " + counted(changes, "change");
}

std::string shortened(const std::vector<std::string>& words) { return enumerated(words, names_shown); }

std::string adoptions_line(const PlanGroup& group) {
  const std::size_t count = group.plan.adoptions.size();
  if (count == 0) return {};
  return counted(count, "object") + " without a manager " + (count == 1 ? "is" : "are") + " taken over";
}

std::string adopted_words(const PlanGroup& group) {
  std::vector<std::string> words;
  for (const Change& change : group.plan.adoptions) {
    if (is_edge(change)) {
      const EdgeWords edge = edge_words(change);
      words.push_back(edge.owner + " " + edge.list + " " + edge.member);
    } else {
      words.push_back(object_name(change));
    }
  }
  return shortened(words);
}

std::vector<std::string> prunable_words(const PlanGroup& group) { return words_with_tenants(group.prunable, group); }

std::string declared_elsewhere_words(const PlanGroup& group) {
  return shortened(words_with_tenants(group.declared_elsewhere, group));
}

std::vector<std::string> taken_along_words(const PlanGroup& group) {
  using Fate = TakenAlong::Fate;
  std::map<std::pair<std::string, Fate>, std::string> by_object;
  for (const TakenAlong& taken : group.taken_along) {
    std::string& words = by_object[{taken.object, taken.fate}];
    words += (words.empty() ? "" : ", ") + in_thousands(static_cast<std::size_t>(taken.count)) + " " + taken.what +
             (taken.count == 1 ? "" : "s");
  }
  std::vector<std::string> all;
  for (const auto& [of, words] : by_object) {
    const auto& [object, fate] = of;
    const char* start = fate == Fate::released ? "left without "
                        : fate == Fate::ended  ? "ended with "
                                               : "deleted with ";
    all.push_back(start + object + ": " + words);
  }
  return all;
}

std::string format_source(const Place& place) {
  return place.line == 0 ? "" : place.file + ":" + std::to_string(place.line);
}

std::string format_source(const Change& change) { return format_source(change.place); }

std::string value_text(const nlohmann::json& value) {
  if (value.is_null()) return "not set";
  return escaped(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string object_name(const Change& change) {
  const Kind* kind = find_kind(change.kind);
  // The only internal kind are the protections, which files declare under their guards.
  if (kind != nullptr && kind->internal) return "guards.protect " + change.key;
  return to_address(change);
}

bool is_edge(const Change& change) { return find_edge_kind(change.kind) != nullptr; }

EdgeWords edge_words(const Change& change) {
  const EdgeKind& kind = *find_edge_kind(change.kind);
  const auto [owner, member] = split_edge(kind, change.key);
  return {std::string(kind.owner->name) + "/" + owner, std::string(kind.list->name), member, level_words(change)};
}

std::vector<std::pair<std::string, FieldChange>> shown_fields(const Change& change) {
  std::vector<std::pair<std::string, FieldChange>> shown;
  if (change.action == Action::remove) return shown;
  const Kind* kind = find_kind(change.kind);
  for (const auto& [name, values] : change.fields) {
    if (values.before == values.after) continue;
    // Every object that a file adds belongs to the file's manager; showing that at each object would be noise.
    const bool default_of_kind = change.action == Action::add && (name == "manager" || values.after.is_null() ||
                                                                  values.after == find_fallback(kind, name));
    if (!default_of_kind) shown.emplace_back(name, values);
  }
  // In the order of the kind's table, which explain and export use as well; bookkeeping fields last.
  const auto rank = [&](const auto& field) {
    if (kind == nullptr) return std::ptrdiff_t{0};
    return std::ranges::find(kind->fields, field.first, &Field::name) - kind->fields.begin();
  };
  std::ranges::stable_sort(shown, {}, rank);
  return shown;
}

std::string subject_words(const Change& change) {
  if (!is_edge(change)) {
    const bool renamed = change.action == Action::change && change.old_key() != change.key;
    return escaped(object_name(change)) + (renamed ? " (was " + escaped(change.old_key()) + ")" : "");
  }
  const EdgeWords words = edge_words(change);
  return escaped(words.owner) + " " + words.list + " " + escaped(words.member) +
         (words.level.empty() ? "" : " (" + words.level + ")");
}

std::vector<std::string> field_words(const Change& change) {
  std::vector<std::string> words;
  const bool edge = is_edge(change);
  for (const auto& [name, values] : shown_fields(change)) {
    if (name == "key" || (edge && name == "level")) continue;  // part of the subject
    const std::string before = change.action == Action::change ? value_text(values.before) + " -> " : "";
    words.push_back(escaped(name) + ": " + before + value_text(values.after));
  }
  return words;
}

std::string sentence(const EffectWords& words) {
  const Effect& effect = *words.effect;
  std::string text = escaped(words.who);
  if (!effect.gains.empty()) text += (words.one ? " gains " : " gain ") + escaped(join(effect.gains));
  if (!effect.gains.empty() && !effect.loses.empty()) text += " and";
  if (!effect.loses.empty()) text += (words.one ? " loses " : " lose ") + escaped(join(effect.loses));
  return text + (effect.via.empty() ? "" : " through " + escaped(effect.via));
}

std::vector<EffectWords> effect_words(const PlanGroup& group) {
  using Likeness = std::tuple<std::vector<std::string>, std::vector<std::string>, std::string>;
  std::map<Likeness, std::size_t> place;
  struct Somewhere {
    const std::string& tenant;
    const Effect& effect;
  };
  std::vector<std::vector<Somewhere>> alike;
  for (const auto& [tenant, effects] : group.effects) {
    for (const Effect& effect : effects) {
      const auto [found, added] = place.try_emplace({effect.gains, effect.loses, effect.via}, alike.size());
      if (added) alike.emplace_back();
      alike[found->second].push_back({tenant, effect});
    }
  }
  std::vector<EffectWords> words;
  for (const std::vector<Somewhere>& same : alike) {
    std::map<std::string, std::vector<Somewhere>> by_user;
    for (const Somewhere& one : same) by_user[one.effect.user].push_back(one);
    if (by_user.size() > equal_effects_shown) {
      words.push_back({counted(same.size(), "user"), false, &same.front().effect});
      continue;
    }
    for (const auto& [user, places] : by_user) {
      std::string where = group.tenants.size() > 1 ? " (" + places.front().tenant + ")" : "";
      if (places.size() > 1) where = " in " + counted(places.size(), "tenant");
      words.push_back({user + where, true, &places.front().effect});
    }
  }
  return words;
}

std::string markdown_code(const std::string& text) {
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

std::string error_words(const Error& error) {
  std::string text = error.what();
  if (text.ends_with('.') && !error.diagnostics().empty()) text.pop_back();
  const char* before = ": ";
  for (const Diagnostic& diagnostic : error.diagnostics()) {
    text += std::exchange(before, "; ") + diagnostic_words(diagnostic);
  }
  if (error.hint().empty()) return text;
  return text + (text.ends_with('.') || text.ends_with('?') ? " " : ". ") + error.hint();
}

bool is_retryable(const Error& error) {
  return error.kind() == ErrorKind::connection || error.kind() == ErrorKind::locked;
}

std::vector<ChangeBlock> change_blocks(const std::vector<Change>& changes) {
  std::vector<ChangeBlock> blocks;
  std::map<std::string, std::size_t> by_name;
  // A member can come before its owner, such as those of an owner that is removed.
  for (const Change& change : changes) {
    const bool edge = is_edge(change);
    const std::string name = edge ? edge_words(change).owner : to_address(change);
    const auto [found, added] = by_name.try_emplace(name, blocks.size());
    if (added) blocks.push_back({.change = nullptr, .owner = name, .edges = {}});
    ChangeBlock& block = blocks[found->second];
    if (edge) {
      block.edges.push_back(&change);
    } else {
      block.change = &change;
    }
  }
  return blocks;
}

}  // namespace acctl

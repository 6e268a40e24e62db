#include "provisioning/plan/guards.hpp"

#include <algorithm>
#include <charconv>

#include "provisioning/base/error.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/protections.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

constexpr std::int64_t harmless = 3;

bool is_allowed(const Guards& guards, const std::string& kind, const std::string& key) {
  return guards.allowed_removals.contains(kind + "/" + key);
}

// An entry of guards.protect, the one internal kind.
bool is_protection(const Change& change) {
  const Kind* kind = find_kind(change.kind);
  return kind != nullptr && kind->internal;
}

bool is_under(const std::string& pattern, const std::string& address) {
  return pattern == address ||
         (pattern.ends_with("/*") && address.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1)));
}

}  // namespace

Cap parse_cap(const std::string& what, const std::string& text) {
  Cap cap{.percent = text.ends_with('%')};
  const char* end = text.data() + text.size() - (cap.percent ? 1 : 0);
  const auto [at, error] = std::from_chars(text.data(), end, cap.number);
  if (error != std::errc() || at != end || cap.number < 0 || (cap.percent && cap.number > 100)) {
    throw Error(ErrorKind::invalid, what + ": '" + text + "' is neither a number nor a share such as 25%");
  }
  return cap;
}

Guards stricter(const Guards& guards, const GuardLimits& limits) {
  Guards both = guards;
  if (limits.min_admins) both.min_admins = std::max(both.min_admins, *limits.min_admins);
  if (limits.max_removals) both.max_removals.push_back(*limits.max_removals);
  return both;
}

Removals count_removals(const State& before, const std::vector<Change>& changes, const Guards& guards,
                        std::int64_t users) {
  std::set<std::string> gone;
  for (const Change& change : changes) {
    if (change.action == Action::remove && find_kind(change.kind) != nullptr) gone.insert(to_address(change));
  }
  const Renames renames = collect_renames(changes);
  Removals removals;
  for (const Change& change : changes) {
    if (change.action != Action::remove || is_protection(change)) continue;
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr) {
      if (!is_allowed(guards, change.kind, change.old_key())) ++removals[change.kind].removed;
      continue;
    }
    const auto [owner, target] = split_edge(*edge, change.key);
    const std::string owner_address = std::string(edge->owner->name) + "/" + owner;
    // A member that is removed with its owner or target is counted there.
    if (gone.contains(owner_address) || gone.contains(std::string(edge->list->target) + "/" + target)) continue;
    if (guards.allowed_removals.contains(owner_address) || is_allowed(guards, change.kind, change.key)) continue;
    ++removals[owner_address + " " + std::string(edge->list->name)].removed;
  }
  for (auto& [what, removal] : removals) {
    if (const Kind* kind = find_kind(what)) {
      removal.of = static_cast<std::int64_t>(all_of_kind(before, what).size());
      if (kind->is_person()) removal.of = std::max(removal.of, users);
      continue;
    }
    const auto [edge, owner] = list_of_removal(what, renames);
    if (edge != nullptr) removal.of = static_cast<std::int64_t>(find_edges(before, *edge, owner).size());
  }
  return removals;
}

OwnedList list_of_removal(const std::string& what, const Renames& renames) {
  const std::size_t slash = what.find('/');
  const std::size_t space = what.rfind(' ');
  if (slash == std::string::npos || space == std::string::npos) return {};
  const std::string kind = what.substr(0, slash);
  for (const EdgeKind& edge : edge_kinds()) {
    if (edge.owner->name != kind || edge.list->name != what.substr(space + 1)) continue;
    return {&edge, key_before(renames, kind, what.substr(slash + 1, space - slash - 1))};
  }
  return {};
}

std::vector<std::string> excessive(const Removals& removals, const std::vector<Cap>& caps) {
  std::vector<std::string> all;
  for (const auto& [what, removal] : removals) {
    for (const Cap& cap : caps) {
      if (removal.removed <= (cap.percent ? harmless : cap.number)) continue;
      if (cap.percent && removal.removed * 100 <= removal.of * cap.number) continue;
      all.push_back(std::to_string(removal.removed) + " of " + std::to_string(removal.of) + " " + what +
                    " would be removed, and the limit is " + std::to_string(cap.number) + (cap.percent ? " %" : ""));
      break;
    }
  }
  return all;
}

std::vector<std::string> system_removals(const std::vector<Change>& changes) {
  std::vector<std::string> all;
  for (const Change& change : changes) {
    const auto system = change.fields.find("system");
    if (change.action == Action::add || system == change.fields.end() || system->second.before != true) continue;
    all.push_back(change.kind + "/" + change.old_key() + " is a system role and " +
                  (change.action == Action::remove ? "cannot be removed" : "must remain one"));
  }
  return all;
}

std::vector<std::string> protected_removals(const State& before, const std::vector<Change>& changes,
                                            const Guards& guards) {
  struct Protection {
    std::string pattern;
    std::string manager;
    bool fresh = false;
  };
  std::vector<Protection> protections;  // those from before, each manager's, then those that come with the changes
  for (const auto& [key, object] : all_of_kind(before, "protections")) {
    protections.push_back({protected_pattern(key), object.manager});
  }
  for (const Change& change : changes) {
    if (!is_protection(change) || change.action != Action::add) continue;
    const std::string pattern = protected_pattern(change.key);
    const bool known = std::ranges::find(protections, pattern, &Protection::pattern) != protections.end();
    if (!known) protections.push_back({pattern, "", true});
  }
  std::vector<std::string> all;
  for (const Change& change : changes) {
    const bool renamed = change.action == Action::change && change.old_key() != change.key;
    const std::string address = change.kind + "/" + change.old_key();
    if ((change.action != Action::remove && !renamed) || guards.allowed_removals.contains(address)) continue;
    for (const auto& [pattern, manager, fresh] : protections) {
      // A plan that starts to protect a whole kind may rename its objects as well.
      if (!is_under(pattern, address) || (fresh && renamed && pattern != address)) continue;
      const std::string by = manager.empty() ? "" : " by manager " + manager;
      all.push_back(address + " is protected" + by + " (" + pattern + ")");
    }
  }
  return all;
}

}  // namespace acctl

// The edit of import.
#include <algorithm>
#include <set>

#include "provisioning/model/kinds.hpp"
#include "provisioning/model/protections.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

// The renames of objects that exist under a former key and not under the declared one. One may take over the key that
// another gives up.
std::vector<Change> renames_in(const State& current, const Definitions& definitions) {
  std::vector<Change> renames;
  for (const auto& [kind, objects] : definitions.objects) {
    if (std::ranges::all_of(objects, [](const auto& each) { return each.second.previously.empty(); })) continue;
    std::set<std::string> taken;
    for (const auto& [key, object] : all_of_kind(current, kind)) taken.insert(key);
    std::set<std::string> unmoved = taken;
    for (std::size_t before = renames.size() + 1; before != renames.size();) {
      before = renames.size();
      for (const auto& [key, declaration] : objects) {
        const auto old = std::ranges::find_if(declaration.previously,
                                              [&](const std::string& former) { return unmoved.contains(former); });
        if (taken.contains(key) || old == declaration.previously.end()) continue;
        renames.push_back({.action = Action::change, .kind = kind, .key = key, .fields = {{"key", {*old, key}}}});
        unmoved.erase(*old);
        taken.erase(*old);
        taken.insert(key);
      }
    }
  }
  return renames;
}

// An export says what is protected, not by whom: the managers that protect it in this tenant keep doing so.
void keep_protections(const Objects& current, const Definitions& definitions, State& desired) {
  if (!definitions.guards.protect) return;
  for (const auto& [key, object] : current) {
    const std::string pattern = protected_pattern(key);
    if (!definitions.guards.protect->contains(pattern)) continue;
    if (!current.contains(pattern)) desired["protections"].erase(pattern);
    desired["protections"][key] = object;
  }
}

// Users who are removed leave all teams, including those that the definitions do not mention.
void leave_teams(const EdgeKind& edge, State& state) {
  const auto members = state.find(std::string(edge.list->kind));
  if (members == state.end()) return;
  members->second.erase_if([&](const auto& entry) {
    return find_object(state, edge.target->name, split_edge(edge, entry.first).second) == nullptr;
  });
}

bool stays(std::string_view kind, const std::string& key, const State& current, const Definitions& definitions) {
  const auto declared = definitions.objects.find(std::string(kind));
  return declared == definitions.objects.end() ? find_object(current, kind, key) != nullptr
                                               : declared->second.contains(key);
}

// The members in `current` that the lists of the definitions are laid over: mostly they are what the lists say, and
// then they take no memory twice. Without those of owners whose members the definitions do not list one by one.
Objects listed_members(const EdgeKind& edge, const State& current, const Definitions& definitions) {
  Objects members = all_of_kind(current, edge.list->kind);
  const auto& owners = definitions.objects.at(std::string(edge.owner->name));
  members.erase_if([&](const auto& entry) {
    const auto [owner, target] = split_edge(edge, entry.first);
    const auto declaration = owners.find(owner);
    if (declaration == owners.end()) return true;
    const DeclaredList* list = declaration->second.lists.get(edge.list->name);
    if (list == nullptr || list->relative) return true;
    return entry.second.fields.contains("until") && !stays(edge.list->target, target, current, definitions);
  });
  return members;
}

// The members that objects of the list's owner have in `current`, of those that are still there.
void keep_members(const EdgeKind& edge, Objects current, State& state) {
  current.erase_if([&](const auto& entry) {
    return find_object(state, edge.owner->name, split_edge(edge, entry.first).first) == nullptr;
  });
  state.erase(std::string(edge.list->kind));
  if (!current.empty()) state[std::string(edge.list->kind)] = std::move(current);
}

}  // namespace

Desired replacement(const State& before, const Definitions& definitions) {
  const std::vector<Change> renames = renames_in(before, definitions);
  const State current = changed(before, renames);
  const auto is_declared = [&](const Kind& kind) {
    return kind.internal ? definitions.guards.protect.has_value()
                         : definitions.objects.contains(std::string(kind.name));
  };
  const auto find_current = [&](std::string_view kind) -> const Objects& { return all_of_kind(current, kind); };
  State base;
  for (const Kind& kind : kinds()) {
    if (!is_declared(kind)) base[std::string(kind.name)] = find_current(kind.name);
  }
  for (const EdgeKind& edge : edge_kinds()) {
    base[std::string(edge.list->kind)] =
        is_declared(*edge.owner) ? listed_members(edge, current, definitions) : find_current(edge.list->kind);
  }
  Desired desired = overlay(base, definitions, {.manager = "", .only = {}, .alike = &current});
  keep_protections(find_current("protections"), definitions, desired.state);
  for (auto& [kind, objects] : desired.state) {
    const Objects& old = find_current(kind);
    if (objects.is_same(old)) continue;
    for (auto& [key, object] : objects) {
      const auto same = old.find(key);
      if (same == old.end()) continue;
      object.manager = same->second.manager;
      // Files say of a person's status only that somebody is suspended.
      if (object.status != "suspended") object.status = same->second.status;
    }
  }
  for (const EdgeKind& edge : edge_kinds()) {
    if (edge.list->until_column.empty()) continue;
    for (const auto& [key, member] : find_current(edge.list->kind)) {
      const auto [owner, target] = split_edge(edge, key);
      if (!member.fields.contains("until") || find_object(desired.state, edge.owner->name, owner) == nullptr) continue;
      if (find_object(desired.state, edge.list->target, target) == nullptr) continue;
      if (find_object(desired.state, edge.list->kind, key) != nullptr) continue;
      desired.state[std::string(edge.list->kind)].emplace(key, member);
    }
  }
  for (const EdgeKind& edge : edge_kinds()) {
    if (!edge.is_membership()) continue;
    if (is_declared(*edge.target)) {
      leave_teams(edge, desired.state);
    } else if (is_declared(*edge.owner)) {
      keep_members(edge, find_current(edge.list->kind), desired.state);
    }
  }
  desired.renames = collect_renames(renames);
  return desired;
}

}  // namespace acctl

#include "provisioning/plan/list_entries.hpp"

#include <algorithm>
#include <unordered_set>

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

struct FormerEntry {
  const EdgeKind* edge = nullptr;  // nullptr: of a kind or list that is no more
  std::string owner;
  std::string target;
};

class EntriesLetGo {
 public:
  EntriesLetGo(const Definitions& definitions, const OverlayOptions& options, Desired& desired)
      : definitions_(definitions), options_(options), desired_(desired) {
    for (const auto& [kind, renames] : desired.renames) {
      for (const auto& [to, from] : renames) moved_[kind].emplace(from, to);
    }
  }

  void look_at(const nlohmann::json& json) {
    const FormerEntry entry = parse_entry(json);
    if (entry.edge == nullptr || !is_ours(entry)) return;
    if (!is_considered(entry)) return keep(entry);
    const auto objects = definitions_.objects.find(std::string(entry.edge->owner->name));
    if (objects == definitions_.objects.end()) return keep(entry);
    const auto declaration = objects->second.find(entry.owner);
    // What is no longer declared as a whole is pruned as a whole.
    if (declaration == objects->second.end()) return keep(entry);
    if (is_declared(entry, declaration->second)) return;
    if (!options_.prune) {
      desired_.prunable.push_back(std::string(entry.edge->owner->name) + "/" + entry.owner + " " +
                                  std::string(entry.edge->list->name) + " " + entry.target);
      return keep(entry);
    }
    const auto members = desired_.state.find(std::string(entry.edge->list->kind));
    members->second.erase(edge_key(entry.owner, entry.target));
    if (members->second.empty()) desired_.state.erase(members);
  }

 private:
  FormerEntry parse_entry(const nlohmann::json& json) const {
    const auto& kind = json.at(0).get_ref<const std::string&>();
    const auto& list = json.at(2).get_ref<const std::string&>();
    const auto edge = std::ranges::find_if(edge_kinds(), [&](const EdgeKind& candidate) {
      return candidate.owner->name == kind && candidate.list->name == list;
    });
    if (edge == edge_kinds().end()) return {};
    return {&*edge, present_key(kind, json.at(1)), present_key(std::string(edge->target->name), json.at(3))};
  }

  // The key that an object has after the renames of this run.
  std::string present_key(const std::string& kind, const std::string& key) const {
    const auto moved = moved_.find(kind);
    if (moved == moved_.end()) return key;
    const auto found = moved->second.find(key);
    return found == moved->second.end() ? key : found->second;
  }

  // Whether the entry is there, in a list of an object that still is the manager's.
  bool is_ours(const FormerEntry& entry) const {
    const Object* owner = find_object(desired_.state, entry.edge->owner->name, entry.owner);
    return owner != nullptr && owner->manager == options_.manager &&
           find_object(desired_.state, entry.edge->list->kind, edge_key(entry.owner, entry.target)) != nullptr;
  }

  bool is_considered(const FormerEntry& entry) const {
    return options_.only.empty() || options_.only.contains(std::string(entry.edge->owner->name));
  }

  // A whole list has said already what it holds.
  bool is_declared(const FormerEntry& entry, const Declaration& declaration) {
    const auto list = declaration.lists.find(std::string(entry.edge->list->name));
    if (list == declaration.lists.end()) return false;
    if (!list->second.relative) return true;
    const auto [names, fresh] = names_.try_emplace(&list->second);
    if (fresh) {
      for (const ListEntry& declared : list->second.entries) names->second.insert(declared.key);
    }
    return names->second.contains(entry.target);
  }

  void keep(const FormerEntry& entry) {
    if (!desired_.kept.is_array()) desired_.kept = nlohmann::json::array();
    desired_.kept.push_back({entry.edge->owner->name, entry.owner, entry.edge->list->name, entry.target});
  }

  const Definitions& definitions_;
  const OverlayOptions& options_;
  Desired& desired_;
  std::map<std::string, std::map<std::string, std::string>> moved_;  // kind -> old key -> new key
  std::map<const DeclaredList*, std::unordered_set<std::string_view>> names_;
};

}  // namespace

void let_go_entries(const nlohmann::json& entries, const Definitions& definitions, const OverlayOptions& options,
                    Desired& desired) {
  EntriesLetGo run(definitions, options, desired);
  for (const nlohmann::json& entry : entries) run.look_at(entry);
}

}  // namespace acctl

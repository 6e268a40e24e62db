// What belongs to an object of a state.
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/plan/removal.hpp"

namespace acctl {

std::vector<std::string> find_edges(const State& state, const EdgeKind& edge, const std::string& owner) {
  std::vector<std::string> keys;
  const auto found = state.find(std::string(edge.list->kind));
  if (found == state.end()) return keys;
  const std::string prefix = owner + "/";
  for (auto at = found->second.lower_bound(prefix); at != found->second.end() && at->first.starts_with(prefix); ++at) {
    if (split_edge(edge, at->first).first == owner) keys.push_back(at->first);
  }
  return keys;
}

void remove_objects(State& state, const std::string& kind, const std::set<std::string>& keys) {
  for (const std::string& key : keys) state[kind].erase(key);
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state.find(std::string(edge.list->kind));
    if (found == state.end()) continue;
    if (edge.owner->name == kind) {
      for (const std::string& key : keys) {
        for (const std::string& name : find_edges(state, edge, key)) found->second.erase(name);
      }
    }
    // A person who is removed leaves the teams; any other reference to an object prevents its removal.
    if (!edge.is_membership() || edge.target->name != kind) continue;
    found->second.erase_if([&](const auto& entry) { return keys.contains(split_edge(edge, entry.first).second); });
  }
}

void remove_object(State& state, const std::string& kind, const std::string& key) {
  remove_objects(state, kind, {key});
}

}  // namespace acctl

#include "provisioning/plan/renames.hpp"

#include <set>

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// The other key of an object; `ways` lead from the keys that are known. One look-up, however many renames there are.
std::string led_from(const Renames& ways, std::string_view kind, const std::string& key) {
  const auto of_kind = ways.find(std::string(kind));
  if (of_kind == ways.end()) return key;
  const auto found = of_kind->second.find(key);
  return found == of_kind->second.end() ? key : found->second;
}

// A member follows its ends.
std::string edge_led_from(const Renames& ways, const EdgeKind& edge, const std::string& key) {
  const auto [owner, target] = split_edge(edge, key);
  return edge_key(led_from(ways, edge.owner->name, owner), led_from(ways, edge.list->target, target));
}

void rename_value(Json& value, std::string_view kind, const Renames& ways) {
  if (value.is_string()) value = led_from(ways, kind, value.get<std::string>());
}

// From the old keys to the new ones.
Renames reversed(const Renames& renames) {
  Renames ways;
  for (const auto& [kind, of_kind] : renames) {
    for (const auto& [to, from] : of_kind) ways[kind].emplace(from, to);
  }
  return ways;
}

}  // namespace

std::string replaced_key(const std::string& key) { return key + " (replaced)"; }

Renames collect_renames(const std::vector<Change>& changes) {
  Renames renames;
  for (const Change& change : changes) {
    if (change.action != Action::add && change.fields.contains("key")) {
      renames[change.kind][change.key] = change.old_key();
    }
  }
  return renames;
}

Renames with_replaced(const State& before, Renames renames) {
  for (auto& [kind, of_kind] : renames) {
    std::set<std::string> moving;
    for (const auto& [to, from] : of_kind) moving.insert(from);
    std::vector<std::string> replaced;
    for (const auto& [to, from] : of_kind) {
      if (!moving.contains(to) && find_object(before, kind, to) != nullptr) replaced.push_back(to);
    }
    for (const std::string& key : replaced) of_kind[replaced_key(key)] = key;
  }
  return renames;
}

std::string key_before(const Renames& renames, std::string_view kind, const std::string& key) {
  return led_from(renames, kind, key);
}

std::string address_before(const Renames& renames, const std::string& kind, const std::string& key) {
  const EdgeKind* edge = find_edge_kind(kind);
  if (edge == nullptr) return key_before(renames, kind, key);
  const auto [owner, target] = split_edge(*edge, key);
  return edge_key(key_before(renames, edge->owner->name, owner), key_before(renames, edge->list->target, target));
}

State aligned(State state, const Renames& renames) {
  const Renames ways = reversed(renames);
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state.find(std::string(edge.list->kind));
    if (found == state.end()) continue;
    Objects::Map moved;
    for (auto& [key, object] : found->second) moved.emplace(edge_led_from(ways, edge, key), std::move(object));
    found->second = std::move(moved);
  }
  for (const Kind& kind : kinds()) {
    const auto found = state.find(std::string(kind.name));
    if (found == state.end()) continue;
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference || !renames.contains(std::string(field.target))) continue;
      for (auto& [key, object] : found->second) {
        const auto value = object.fields.find(std::string(field.name));
        if (value != object.fields.end()) rename_value(value->second, field.target, ways);
      }
    }
  }
  return state;
}

void rename_within(Change& change, const Renames& ways) {
  if (const EdgeKind* edge = find_edge_kind(change.kind)) {
    change.key = edge_led_from(ways, *edge, change.key);
    return;
  }
  for (const Field& field : find_kind(change.kind)->fields) {
    const auto values = change.fields.find(std::string(field.name));
    if (values == change.fields.end() || field.target.empty()) continue;
    for (Json* value : {&values->second.before, &values->second.after}) rename_value(*value, field.target, ways);
  }
}

}  // namespace acctl

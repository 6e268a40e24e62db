#include "provisioning/plan/renames.hpp"

#include <algorithm>
#include <set>

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// `key` of `kind` under its new name; members follow their ends.
std::string renamed_edge(const EdgeKind& edge, const std::string& key, const Renames& renames) {
  const auto [owner, target] = split_edge(edge, key);
  return edge_key(key_after(renames, edge.owner->name, owner), key_after(renames, edge.list->target, target));
}

void rename_value(Json& value, std::string_view kind, const Renames& renames) {
  if (value.is_string()) value = key_after(renames, kind, value.get<std::string>());
}

}  // namespace

std::string replaced_key(const std::string& key) { return key + " (replaced)"; }

Renames renames_of(const std::vector<Change>& changes) {
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
  const auto of_kind = renames.find(std::string(kind));
  if (of_kind == renames.end()) return key;
  const auto found = of_kind->second.find(key);
  return found == of_kind->second.end() ? key : found->second;
}

std::string address_before(const Renames& renames, const std::string& kind, const std::string& key) {
  const EdgeKind* edge = find_edge_kind(kind);
  if (edge == nullptr) return key_before(renames, kind, key);
  const auto [owner, target] = split_edge(*edge, key);
  return edge_key(key_before(renames, edge->owner->name, owner), key_before(renames, edge->list->target, target));
}

std::string key_after(const Renames& renames, std::string_view kind, const std::string& key) {
  const auto of_kind = renames.find(std::string(kind));
  if (of_kind == renames.end()) return key;
  const auto found = std::ranges::find(of_kind->second, key, [](const auto& rename) { return rename.second; });
  return found == of_kind->second.end() ? key : found->first;
}

State aligned(const State& before, const Renames& renames) {
  State state = before;
  for (const EdgeKind& edge : edge_kinds()) {
    const auto found = state.find(std::string(edge.list->kind));
    if (found == state.end()) continue;
    std::map<std::string, Object> moved;
    for (auto& [key, object] : found->second) moved.emplace(renamed_edge(edge, key, renames), std::move(object));
    found->second = std::move(moved);
  }
  for (const Kind& kind : kinds()) {
    const auto found = state.find(std::string(kind.name));
    if (found == state.end()) continue;
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference || !renames.contains(std::string(field.target))) continue;
      for (auto& [key, object] : found->second) {
        const auto value = object.fields.find(std::string(field.name));
        if (value != object.fields.end()) rename_value(value->second, field.target, renames);
      }
    }
  }
  return state;
}

void rename_within(Change& change, const Renames& renames) {
  if (const EdgeKind* edge = find_edge_kind(change.kind)) {
    change.key = renamed_edge(*edge, change.key, renames);
    return;
  }
  for (const Field& field : find_kind(change.kind)->fields) {
    const auto values = change.fields.find(std::string(field.name));
    if (values == change.fields.end() || field.target.empty()) continue;
    for (Json* value : {&values->second.before, &values->second.after}) rename_value(*value, field.target, renames);
  }
}

}  // namespace acctl

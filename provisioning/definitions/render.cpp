#include "provisioning/definitions/render.hpp"

#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

// Owner -> its members, as the lists of its object.
std::map<std::string, Json> members(const State& state, const List& list) {
  std::map<std::string, Json> by_owner;
  const auto edges = state.find(std::string(list.kind));
  if (edges == state.end()) return by_owner;
  for (const auto& [key, edge] : edges->second) {
    Json& all = by_owner[edge.fields.at("owner").get<std::string>()];
    const std::string target = edge.fields.at("target").get<std::string>();
    const auto level = edge.fields.find("level");
    all.push_back(level == edge.fields.end() ? Json(target) : Json{{target, Json(level->second)}});
  }
  return by_owner;
}

Json render_kind(const State& state, const Kind& kind) {
  Json objects = Json::object();
  const auto found = state.find(std::string(kind.name));
  if (found == state.end()) return objects;
  for (const auto& [key, object] : found->second) {
    if (kind.value_only) {
      objects[key] = object.fields.empty() ? Json(nullptr) : Json(object.fields.begin()->second);
      continue;
    }
    Json fields = Json::object();
    for (const Field& field : kind.fields) {
      const auto value = object.fields.find(std::string(field.name));
      if (value != object.fields.end()) fields[value->first] = value->second;
    }
    objects[key] = std::move(fields);
  }
  for (const List& list : kind.lists) {
    for (const auto& [owner, all] : members(state, list)) {
      if (objects.contains(owner)) objects[owner][std::string(list.name)] = all;
    }
  }
  return objects;
}

}  // namespace

std::string render_document(const State& state) {
  Json document = {{"acctl", 1}};
  for (const Kind& kind : kinds()) {
    Json objects = render_kind(state, kind);
    if (!objects.empty()) document[std::string(kind.name)] = std::move(objects);
  }
  return write_yaml(document);
}

}  // namespace acctl

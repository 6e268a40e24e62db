#include "provisioning/definitions/render.hpp"

#include <set>

#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/protections.hpp"

namespace acctl {

namespace {

using OrderedJson = nlohmann::ordered_json;

// Text that readers would take for a reference to a variable, marked as text.
std::string literal_text(std::string text) {
  for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 3)) text.insert(at, 1, '$');
  return text;
}

OrderedJson literal(const nlohmann::json& value) {
  if (value.is_string()) return literal_text(value);
  if (!value.is_structured()) return value;
  OrderedJson copy = value.is_array() ? OrderedJson::array() : OrderedJson::object();
  for (const auto& [key, item] : value.items()) {
    if (value.is_array()) {
      copy.push_back(literal(item));
    } else {
      copy[literal_text(key)] = literal(item);
    }
  }
  return copy;
}

// In quotes the sign would be a part of an address.
OrderedJson signed_member(char sign, const std::string& target) {
  const std::string text = sign + literal_text(target);
  return OrderedJson::binary({text.begin(), text.end()});
}

// Owner -> its members, as the lists of its object.
std::map<std::string, OrderedJson> members(const State& state, const List& list, const RenderOptions& options) {
  std::map<std::string, OrderedJson> by_owner;
  const EdgeKind& kind = *find_edge_kind(list.kind);
  const std::string prefix = std::string(list.kind) + "/";
  for (const auto& [name, gone] : options.relative) {
    if (!name.starts_with(prefix)) continue;
    for (const std::string& target : gone) by_owner[name.substr(prefix.size())].push_back(signed_member('-', target));
  }
  for (const std::string& name : options.lists) {
    if (name.starts_with(prefix)) by_owner[name.substr(prefix.size())] = OrderedJson::array();
  }
  const auto edges = state.find(std::string(list.kind));
  if (edges == state.end()) return by_owner;
  for (const auto& [key, edge] : edges->second) {
    const auto until = edge.fields.find("until");
    if (until != edge.fields.end() && !options.ends) continue;  // ends by itself, and is no part of a configuration
    const auto [owner, target] = split_edge(kind, key);
    const auto level = edge.fields.find("level");
    const bool relative = options.relative.contains(prefix + owner);
    if (until != edge.fields.end()) {
      by_owner[owner].push_back({{(relative ? "+" : "") + literal_text(target), {{"until", until->second}}}});
    } else if (level == edge.fields.end()) {
      by_owner[owner].push_back(relative ? signed_member('+', target) : literal(target));
    } else {
      by_owner[owner].push_back({{(relative ? "+" : "") + literal_text(target), level->second}});
    }
  }
  return by_owner;
}

OrderedJson render_kind(const State& state, const Kind& kind, const RenderOptions& options) {
  OrderedJson objects = OrderedJson::object();
  const auto found = state.find(std::string(kind.name));
  if (found == state.end()) return objects;
  for (const auto& [key, object] : found->second) {
    if (kind.value_only) {
      objects[literal_text(key)] =
          object.fields.empty() ? OrderedJson(nullptr) : literal(object.fields.begin()->second);
      continue;
    }
    OrderedJson fields = OrderedJson::object();
    for (const Field& field : kind.fields) {
      const auto value = object.fields.find(std::string(field.name));
      if (value != object.fields.end()) fields[value->first] = literal(value->second);
    }
    if (object.status == "suspended") fields["status"] = object.status;
    objects[literal_text(key)] = std::move(fields);
  }
  for (const List& list : kind.lists) {
    for (const auto& [owner, all] : members(state, list, options)) {
      const auto object = objects.find(literal_text(owner));
      if (object != objects.end()) (*object)[std::string(list.name)] = all;
    }
  }
  return objects;
}

}  // namespace

std::string render_document(const State& state, const RenderOptions& options) {
  OrderedJson document = {{"acctl", 1}};
  if (options.schema > 0) document["schema"] = options.schema;
  if (!options.manager.empty()) document["manager"] = literal(options.manager);
  for (const Kind& kind : kinds()) {
    if (kind.internal) continue;
    OrderedJson objects = render_kind(state, kind, options);
    if (!objects.empty() || options.kinds.contains(std::string(kind.name)))
      document[std::string(kind.name)] = std::move(objects);
  }
  if (const auto protections = state.find("protections"); protections != state.end() && !protections->second.empty()) {
    std::set<std::string> patterns;  // whoever protects it
    for (const auto& [key, object] : protections->second) patterns.insert(protected_pattern(key));
    for (const std::string& pattern : patterns) document["guards"]["protect"].push_back(literal(pattern));
  }
  return write_yaml(document);
}

}  // namespace acctl

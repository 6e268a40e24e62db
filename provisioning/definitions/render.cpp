#include "provisioning/definitions/render.hpp"

#include <algorithm>

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
  for (const auto& [key, edge] : all_of_kind(state, list.kind)) {
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

// `value` under `key`, which nothing stands under yet: an ordered object looks for each key from its beginning.
void append(OrderedJson& object, const std::string& key, OrderedJson value) {
  object.get_ref<OrderedJson::object_t&>().push_back({key, std::move(value)});
}

// One object with its lists, of which `lists` has the members by owner, in the order of Kind::lists.
OrderedJson render_object(const Kind& kind, const std::string& key, const Object& object,
                          std::vector<std::map<std::string, OrderedJson>>& lists) {
  OrderedJson fields = OrderedJson::object();
  for (const Field& field : kind.fields) {
    const auto value = object.fields.find(std::string(field.name));
    if (value != object.fields.end()) append(fields, value->first, literal(value->second));
  }
  if (object.status == "suspended") append(fields, "status", object.status);
  for (std::size_t i = 0; i < lists.size(); ++i) {
    if (auto members = lists[i].extract(key); !members.empty())
      append(fields, std::string(kind.lists[i].name), std::move(members.mapped()));
  }
  return fields;
}

// Every line of `text`, indented by two.
void append_indented(std::string& to, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    to += "  ";
    to += text.substr(0, end);
    text.remove_prefix(end);
  }
}

// Object by object: a document of a hundred thousand users is never held but as text.
void render_kind(std::string& text, const State& state, const Kind& kind, const RenderOptions& options) {
  const auto found = state.find(std::string(kind.name));
  const bool none = found == state.end() || found->second.empty();
  if (none && !options.kinds.contains(std::string(kind.name))) return;
  text += std::string(kind.name) + (none ? ": {}\n" : ":\n");
  if (none) return;
  std::vector<std::map<std::string, OrderedJson>> lists;
  for (const List& list : kind.lists) lists.push_back(members(state, list, options));
  for (const auto& [key, object] : found->second) {
    OrderedJson one = OrderedJson::object();
    if (kind.value_only) {
      append(one, literal_text(key),
             object.fields.empty() ? OrderedJson(nullptr) : literal(object.fields.begin()->second));
    } else {
      append(one, literal_text(key), render_object(kind, key, object, lists));
    }
    append_indented(text, write_yaml(one));
  }
}

}  // namespace

std::string render_document(const State& state, const RenderOptions& options) {
  OrderedJson document = {{"acctl", 1}};
  if (options.schema > 0) document["schema"] = options.schema;
  if (!options.manager.empty()) document["manager"] = literal(options.manager);
  std::string text = write_yaml(document);
  for (const Kind& kind : kinds()) {
    if (!kind.internal) render_kind(text, state, kind, options);
  }
  if (const auto protections = state.find("protections"); protections != state.end() && !protections->second.empty()) {
    std::set<std::string> patterns;  // whoever protects it
    for (const auto& [key, object] : protections->second) patterns.insert(protected_pattern(key));
    OrderedJson guards;
    for (const std::string& pattern : patterns) guards["guards"]["protect"].push_back(literal(pattern));
    text += write_yaml(guards);
  }
  return text;
}

}  // namespace acctl

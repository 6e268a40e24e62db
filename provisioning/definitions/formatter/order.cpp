#include "provisioning/definitions/formatter/order.hpp"

#include <algorithm>

#include "provisioning/model/field_formats.hpp"

namespace acctl::layout {

namespace {

// The order of the top level.
const std::vector<std::string>& top_level() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names = {"acctl", "schema", "manager", "tenants", "variables"};
    for (const Kind& kind : kinds()) {
      if (!kind.internal) names.emplace_back(kind.name);
    }
    names.insert(names.end(), {"guards", "tests"});
    return names;
  }();
  return all;
}

std::vector<std::string> list_fields(const Kind& kind) {
  std::vector<std::string> names = {"clone"};
  for (const Field& field : kind.fields) names.emplace_back(field.name);
  if (!kind.first_status.empty()) names.emplace_back("status");
  for (const List& list : kind.lists) names.emplace_back(list.name);
  names.emplace_back("previously");
  return names;
}

std::size_t place_in(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

Position inside_root(const std::string& key) {
  if (key == "variables") return {Part::variables};
  if (key == "tenants") return {Part::tenants};
  if (key == "guards") return {Part::guards};
  if (key == "tests") return {Part::tests};
  const Kind* kind = find_kind(key);
  return kind == nullptr || kind->internal ? Position{Part::document} : Position{Part::kind, kind};
}

// Whether `node` can be what is expected at `part`.
bool fits(Part part, const YamlNode& node) {
  const bool list = part == Part::keys || part == Part::tests;
  return node.type == YamlNode::Type::scalar || (node.type == YamlNode::Type::sequence) == list;
}

Position expected_inside(const Position& position, const std::string& key) {
  switch (position.part) {
    case Part::root:
      return inside_root(key);
    case Part::kind:
      return position.kind->value_only ? Position{Part::document} : Position{Part::object, position.kind};
    case Part::object: {
      const bool list = std::ranges::find(position.kind->lists, key, &List::name) != position.kind->lists.end();
      return {list || key == "previously" ? Part::keys : Part::document};
    }
    case Part::tenants:
      return {key == "match" ? Part::match : Part::document};
    case Part::match:
      return {Part::keys};
    case Part::guards:
      return {key == "protect" ? Part::keys : Part::document};
    case Part::tests:
      return {Part::test};
    case Part::test:
      return {key == "can" || key == "cannot" ? Part::keys : Part::document};
    default:
      return {Part::document};
  }
}

}  // namespace

Position inside(const Position& position, const std::string& key, const YamlNode& value) {
  const Position expected = expected_inside(position, key);
  if (fits(expected.part, value)) return expected;
  return {expected.part == Part::tenants ? Part::keys : Part::document};
}

bool is_sorted(const Position& position) { return position.part != Part::document && position.part != Part::tests; }

std::size_t rank(const Position& position, const std::string& key) {
  switch (position.part) {
    case Part::root:
      return place_in(top_level(), key);
    case Part::object:
      return place_in(list_fields(*position.kind), key);
    case Part::guards:
      return place_in({"min_admins", "max_removals", "protect"}, key);
    case Part::test:
      return place_in({"user", "role", "role_template", "can", "cannot"}, key);
    default:
      return 0;
  }
}

std::string sort_key(const Position& position, const YamlNode& key) {
  if (position.part == Part::keys && (key.text.starts_with('+') || key.text.starts_with('-'))) {
    return normal_key(KeyForm::email, key.text.substr(1));
  }
  const bool email =
      position.part == Part::keys || (position.part == Part::kind && position.kind->keys == KeyForm::email);
  return email ? normal_key(KeyForm::email, key.text) : key.text;
}

bool keeps_signs(const Position& position) { return position.part == Part::keys || position.part == Part::variables; }

}  // namespace acctl::layout

// Knows the order of entries at each position of a definitions file; for provisioning/definitions only.
#pragma once

#include <string>

#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl::layout {

enum class Part {
  root,
  kind,       // key -> object
  object,     // field -> value
  keys,       // a list of keys, their order without meaning
  variables,  // name -> value
  tenants,    // {match: {…}}
  match,
  guards,
  tests,
  test,
  document,  // anything; its order may have a meaning
};

struct Position {
  Part part = Part::root;
  const Kind* kind = nullptr;  // of Part::kind and Part::object
};

// The position of `value`, which `key` has in a mapping at `position`; of an item of a list for an empty key. What is
// not what belongs there is a document like any other.
Position inside(const Position& position, const std::string& key, const YamlNode& value);

// Whether entries at `position` are sorted; by rank() and then by sort_key().
bool is_sorted(const Position& position);
std::size_t rank(const Position& position, const std::string& key);
std::string sort_key(const Position& position, const YamlNode& key);

// Whether a sign in front of a scalar has a meaning there, so that `+x` must stay as it is.
bool keeps_signs(const Position& position);

}  // namespace acctl::layout

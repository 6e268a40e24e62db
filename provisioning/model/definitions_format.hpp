// What a definitions file contains besides the kinds of configuration, and an example of each kind: data from which
// explain, the JSON Schema and the manual page are made.
#pragma once

#include <string_view>
#include <vector>

namespace acctl {

struct DocumentKey {
  // What the value is: `schema` itself, a mapping of `entries`, a list of such mappings, or either `schema` or a
  // mapping.
  enum class Shape { value, mapping, mappings, value_or_mapping };

  std::string_view name;
  std::string_view type;          // for people: "whole number"
  std::string_view help;          // sentences
  std::string_view schema = {};   // JSON; may refer to the definitions that schema.cpp makes
  std::string_view example = {};  // YAML with the key itself; of an entry it is that of the key above
  Shape shape = Shape::value;
  std::vector<DocumentKey> entries = {};
};

// The keys of the top level that are not kinds, in the order in which a file has them.
const std::vector<DocumentKey>& document_keys();

// What objects can have besides the fields and lists of their kind: "previously" of all kinds but those of single
// values, "clone" of the clonable ones.
const DocumentKey& previously_key();
const DocumentKey& clone_key();

// "status" of people.
const DocumentKey& status_key();

// The example of a kind as a definitions file, Kind::example; "" if there is none.
std::string_view find_example(std::string_view kind);

}  // namespace acctl

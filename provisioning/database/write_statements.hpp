// The text of the statements with which configuration is written, from the table of kinds. Objects are rows of the JSON
// array $1, members arrays of owners, targets and fields.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// Where the id of an added object comes from.
enum class Ids { fresh, given };

// $1: [{"key", "manager", "status", and each field by its name; "id", if it is given}]
std::string insert_objects_sql(const Kind& kind, Ids ids = Ids::fresh);

// $1: [{"key", "f": {field: value}}]. Sets only the columns that some change sets (`spoken`); objects that do not set
// one of them keep its value.
std::string update_objects_sql(const Kind& kind, const std::set<std::string>& spoken);

// $1: [{"key", "underway"}]: gives objects the temporary key.
std::string move_objects_sql(const Kind& kind);

// $1: as for update_objects_sql(). Clears the last of `fields`, which are unique together, in the objects that change
// one of them; returns what they had.
std::string park_values_sql(const Kind& kind, const std::vector<std::string_view>& fields);

// $1: [{"key"}]. Selects members that would be removed with the objects by cascade; "" if nothing can be.
std::string leftovers_sql(const Kind& kind);

// $1: [{"key"}]
std::string delete_objects_sql(const Kind& kind);

// What a member can have besides its two ends.
struct EdgeField {
  std::string name;  // in Change::fields
  std::string column;
  std::string type;
};

std::vector<EdgeField> edge_fields(const EdgeKind& edge);

// $1, $2: the keys of owners and of targets; $3…: the values of edge_fields().
std::string edge_sql(const EdgeKind& edge, Action action);

}  // namespace acctl

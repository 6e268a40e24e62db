// What fields of one object must be together, though each of them is fine alone; the database checks the same.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// What the object has in a field, null where it has nothing; nullptr where nobody knows, and no rule is broken.
using FieldValue = std::function<const nlohmann::json*(std::string_view field)>;

struct BrokenRule {
  std::string_view field;  // where to mend it
  std::string message;     // names the object
};

std::vector<BrokenRule> broken_rules(const std::string& kind, const std::string& key, const FieldValue& value);

// "'tickets.view' cannot be held at level 'group'; its levels: global". `levels`: of the permission, null for none.
std::string unknown_level(const std::string& permission, const std::string& level, const nlohmann::json& levels);

// Of what an object can be the default: "tickets", "items"; each has one of a kind. "" where the kind knows no
// defaults, or the field that decides is unknown.
std::string scope_of_default(const std::string& kind, const FieldValue& value);

}  // namespace acctl

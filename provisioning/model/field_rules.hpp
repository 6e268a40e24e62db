// Rules about fields of one object that each are valid alone; the database checks the same. The rules themselves are
// declared with their kind (kinds.hpp).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "provisioning/model/kinds.hpp"

namespace acctl {

// The rules of its kind that the object breaks; their messages name the object.
std::vector<BrokenRule> find_broken_rules(const std::string& kind, const std::string& key, const FieldValue& value);

// "'tickets.view' cannot be held at level 'group'; its levels: global". `levels`: of the permission, null for none.
std::string unknown_level(const std::string& permission, const std::string& level, const nlohmann::json& levels);

// What an object can be the default of: "tickets", "items"; each has one default of a kind. "" if the kind has no
// defaults, or the field that decides is unknown.
std::string default_scope(const std::string& kind, const FieldValue& value);

}  // namespace acctl

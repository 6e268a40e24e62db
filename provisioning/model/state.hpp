// A tenant's configuration as values: as read from a tenant, or as desired.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace acctl {

// The place in a definitions file; line 0 for what does not come from a file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

// Parses "file:line"; an empty Place if it has no line.
Place parse_place(const std::string& source);

struct Object {
  // By the field's name in YAML; what is not set is absent. Of an edge: "level" and
  // "until" (RFC 3339, UTC), if it has one.
  std::map<std::string, nlohmann::json> fields;
  std::string manager;  // owner of the definition; "" for what was seeded or made by hand
  std::string status;   // of a user: invited, active or suspended; "" if unknown, and for all other kinds
  Place place;
};

// Kind -> key -> object. The members of lists are objects of their edge kind: "role_permissions" ->
// "agent/tickets.view". Users are keyed by their e-mail address in lower case.
using State = std::map<std::string, std::map<std::string, Object>>;

// nullptr if there is none.
inline const Object* find_object(const State& state, std::string_view kind, const std::string& key) {
  const auto objects = state.find(std::string(kind));
  if (objects == state.end()) return nullptr;
  const auto found = objects->second.find(key);
  return found == objects->second.end() ? nullptr : &found->second;
}

// "" if the field is not set, or is no text.
inline std::string find_field_text(const Object& object, const std::string& field) {
  const auto value = object.fields.find(field);
  return value == object.fields.end() || !value->second.is_string() ? "" : value->second.get<std::string>();
}

// "tickets.view:group"; without a level the permission alone.
inline std::string with_level(const std::string& permission, const std::string& level) {
  return level.empty() ? permission : permission + ":" + level;
}

}  // namespace acctl

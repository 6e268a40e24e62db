// A tenant's configuration as values: what was read of a tenant, or what it shall be.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace acctl {

// Where a definitions file says it; line 0 for what does not come from a file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Object {
  // By the field's name in YAML; what is not set is absent. Of an edge: "level", where it has one.
  std::map<std::string, nlohmann::json> fields;
  std::string manager;  // who owns the definition; "" for what was seeded or made by hand
  std::string status;   // of a user: invited, active or suspended; "" for all others
  Place place;
};

// Kind -> key -> object. The members of lists are objects of their edge kind: "role_permissions" ->
// "agent/tickets.view". Users are keyed by their e-mail address in lower case.
using State = std::map<std::string, std::map<std::string, Object>>;

}  // namespace acctl

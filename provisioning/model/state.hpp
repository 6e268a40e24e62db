// A tenant's configuration as values: what a definitions file declares, and what was read of a tenant.
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
  // By the field's name in YAML; what is absent is not spoken of.
  std::map<std::string, nlohmann::json> fields;
  Place place;
};

// Kind -> key -> object. Edges are objects of their own kind: "role_permissions" -> "agent/tickets.view".
using State = std::map<std::string, std::map<std::string, Object>>;

}  // namespace acctl

// Writes a state as a definitions document, as export does.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

struct RenderOptions {
  std::int64_t schema = 0;      // version of the tenant schema that the state comes from; 0 leaves it out
  std::string manager;          // owner of what the document declares; "" leaves it out
  std::set<std::string> kinds;  // shown even if they have no objects: import then removes all that exist
  // "role_permissions/agent" -> members that are not in it: a relative list, which adds and removes.
  std::map<std::string, std::set<std::string>> relative = {};
  std::set<std::string> lists = {};  // "user_roles/ana@acme.example": shown even if it is empty
  bool ends = false;                 // grants for a time are shown, with their end
};

// Kinds in the order of their table, keys and lists sorted: equal states give equal bytes.
std::string render_document(const State& state, const RenderOptions& options = {});

}  // namespace acctl

// State to a definitions document: what export writes.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

struct RenderOptions {
  std::int64_t schema = 0;      // version of the tenant schema that the state comes from; 0 leaves it out
  std::string manager;          // who shall own what the document declares; "" leaves it out
  std::set<std::string> kinds;  // shown even where there are no objects of them: import then removes all it finds
  // "role_permissions/agent" -> members that are not in it: a list that adds and takes away, and is no whole truth.
  std::map<std::string, std::set<std::string>> relative = {};
  std::set<std::string> lists = {};  // "user_roles/ana@acme.example": shown even where nothing is in it
};

// Kinds in the order of their table, keys and lists sorted: equal states give equal bytes.
std::string render_document(const State& state, const RenderOptions& options = {});

}  // namespace acctl

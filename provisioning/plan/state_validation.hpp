// Whether the state that definitions lead to can be. Pure; only what files say has a place and is complained about.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

struct Laid {
  const State& current;
  const State& desired;
  const Definitions& definitions;
  const OverlayOptions& options;
  const std::set<std::string>& pruned;  // addresses
};

// What is wrong with it: names of nothing, fields that do not go together, a second default. Throws Error(conflict)
// where nothing else is wrong but that something pruned is still needed.
std::vector<Diagnostic> find_mismatches(const Laid& laid);

// "there is no 'X' among roles; did you mean 'Y'?"
std::string unknown_object(const State& state, std::string_view kind, const std::string& key);

}  // namespace acctl

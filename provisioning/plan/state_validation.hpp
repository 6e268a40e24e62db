// Checks the state that definitions lead to. Pure; only what comes from a file has a place and is reported.
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

// The problems of that state: references to objects that do not exist, fields that contradict each other, a second
// default. Throws Error(conflict) if the only problem is that a pruned object is still needed.
std::vector<Diagnostic> find_mismatches(const Laid& laid);

// "there is no 'X' among roles; did you mean 'Y'?"
std::string unknown_object(const State& state, std::string_view kind, const std::string& key);

}  // namespace acctl

// Checks whether a tenant is as a list of changes expects, so that carrying them out neither removes nor breaks what
// was added in the meantime. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// An object that is not as changes suppose.
struct Mismatch {
  std::string kind;
  std::string key;
  std::string reason;  // a sentence
};

enum class Side { before, after };

// Why `live` is not what `changes` expect before they are made, or promise afterwards. Before: objects are gone, new
// or different; what is to be removed has something, or is named by something, that the changes do not know of; what is
// to be restored would name what is gone, or would not fit what is there. `live` holds what compute_scope(changes)
// reads.
std::vector<Mismatch> mismatches(const State& live, const std::vector<Change>& changes, Side side = Side::before);

// Their sentences, the first ten.
std::string join_reasons(const std::vector<Mismatch>& mismatches);

// The objects that `changes` change, in their lists too, by the address that they have before: each with a digest of
// all that it is in `state`, including what the changes leave alone.
std::map<std::string, std::string> touched_by(const std::vector<Change>& changes, const State& state);

}  // namespace acctl

// Differences between states, as values that can be shown, kept, checked, applied and turned around. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// What leads from `before` to `after`, in an order in which it can be executed: members go before their objects,
// objects come before their members, and what others refer to goes last.
std::vector<Change> diff(const State& before, const State& after, const Renames& renames = {});

// `state` after `changes`. What does not fit is forced: check misfits() before.
State changed(State state, const std::vector<Change>& changes);

// An object that is not as changes suppose.
struct Misfit {
  std::string kind;
  std::string key;
  std::string reason;  // a sentence
};

enum class Side { before, after };

// Why `live` is not what `changes` suppose before they are made, or promise after that.
std::vector<Misfit> misfits(const State& live, const std::vector<Change>& changes, Side side = Side::before);

// Their sentences, the first ten.
std::string reasons_of(const std::vector<Misfit>& misfits);

// The renames among them.
Renames renames_of(const std::vector<Change>& changes);

// The key that an object has before `renames`.
std::string key_before(const Renames& renames, std::string_view kind, const std::string& key);

// The objects that `changes` change, in their lists too, by the address that they have before: each with a digest of
// all that it is in `state`, also of what the changes do not speak of.
std::map<std::string, std::string> touched_by(const std::vector<Change>& changes, const State& state);

// What undoes `changes`, in an order of execution.
std::vector<Change> inverse(const std::vector<Change>& changes);

}  // namespace acctl

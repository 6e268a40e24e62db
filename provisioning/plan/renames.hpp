// The keys that objects have before and after a set of changes. Changes name everything by the new keys. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/change.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// What an object is called in changes in which another one takes its key and it goes itself: a key that none can have.
std::string replaced_key(const std::string& key);

// The renames among `changes`; an object that goes and leaves its key to another has replaced_key() as its new one.
Renames collect_renames(const std::vector<Change>& changes);

// `renames` with those of what goes because another object of `before` gets its key.
Renames with_replaced(const State& before, Renames renames);

// The key that an object has before `renames`.
std::string key_before(const Renames& renames, std::string_view kind, const std::string& key);

// The same for an object of `kind` or for a member of a list, whose ends may both be renamed.
std::string address_before(const Renames& renames, const std::string& kind, const std::string& key);

// References and members of `state` under the new keys, so that only the renamed objects themselves differ.
State aligned(State state, const Renames& renames);

// Puts what `change` names, its own key if it is a member's, under the keys to which `ways` lead: kind -> the key that
// it names -> the key that it is to name.
void rename_within(Change& change, const Renames& ways);

}  // namespace acctl

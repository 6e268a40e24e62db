// The edit of apply: lays what definitions declare over a state. Pure, but for the present time, which
// grants with an end are compared with.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioning/model/definitions.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Kind -> new key -> old key.
using Renames = std::map<std::string, std::map<std::string, std::string>>;

struct OverlayOptions {
  std::string manager;          // owner of what is declared; "" for seeding, which leaves everything without an owner
  bool prune = false;           // remove what the manager no longer declares
  bool adopt = false;           // take over what another manager owns
  std::set<std::string> only;   // kinds; empty: all
  std::string now = {};         // grants whose end it reaches are over; empty: the present time
  Renames renamed_before = {};  // of circles of keys: see find_renamed_before()
  // A kind whose objects come out with the fields that they have here shares them, managers and all: what is the same
  // takes no memory twice.
  const State* alike = nullptr;
};

struct Desired {
  State state;
  Renames renames;
  std::vector<std::string> prunable;      // "kind/key": would be removed with `prune`
  nlohmann::json kept = nullptr;          // see let_go_entries()
  std::vector<std::string> remarks = {};  // Plan::remarks
};

// Throws Error(conflict) for objects of other managers and for removals that others depend on, Error(invalid) with
// places for what is not valid: required fields that are missing, references to objects that do not exist.
Desired overlay(const State& current, const Definitions& definitions, const OverlayOptions& options);

// What a pack or an export declares, as the state of a tenant that has nothing else.
State declared_state(const Definitions& definitions);

// The edit of import: of each kind in `definitions` exactly the objects that they declare. Kinds that they leave out
// stay as they are; so do memberships if no users are declared. Objects keep their managers, whatever the files say.
Desired replacement(const State& before, const Definitions& definitions);

// The keys of the edges of this kind that `owner` has.
std::vector<std::string> find_edges(const State& state, const EdgeKind& edge, const std::string& owner);

// Removes an object with what belongs to it: the members of its lists, a user's memberships.
void remove_object(State& state, const std::string& kind, const std::string& key);

}  // namespace acctl

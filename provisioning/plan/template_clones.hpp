// Writes out what definitions clone from the pack of a tenant (`clone: pack:KEY`).
#pragma once

#include <string>

#include "provisioning/model/definitions.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// What can be cloned from a pack: its templates, and what it seeds. Throws Error(invalid) if there is no such pack.
const State& clonable_state(const std::string& pack);

bool clones_templates(const Definitions& definitions);

// The definitions with each clone of a template written out: its fields and lists, with what the declaration says of
// them. Once the object exists in `current`, nothing is copied any more: it is an object of its own. Throws
// Error(invalid) with the places of what `pack` does not have; of all of them if `pack` is "", because it is not known.
Definitions with_templates(Definitions definitions, const State& current, const std::string& pack);

}  // namespace acctl

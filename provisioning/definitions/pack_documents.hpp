// The documents of a pack as definitions: what it seeds, and what files can clone from it.
#pragma once

#include <set>
#include <string>

#include "provisioning/base/embedded.hpp"
#include "provisioning/model/definitions.hpp"

namespace acctl {

// What the pack seeds.
Definitions read_pack(const Pack& pack);

// The templates that it carries beside `seeded`, read_pack() of it; what they refer to, they or the pack declare.
Definitions read_starters(const Pack& pack, const Definitions& seeded);

// What the pack is for: the sentences above its document.
std::string read_pack_summary(const Pack& pack);

// The keys of the objects of `kind` that some pack seeds or carries as a template.
const std::set<std::string>& clonable_keys(const std::string& kind);

}  // namespace acctl

// State to a definitions document: what export writes.
#pragma once

#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

// Kinds in the order of their table, keys and lists sorted: equal states give equal bytes.
std::string render_document(const State& state);

}  // namespace acctl

// Documents (automations, views, conditions) name objects by their keys, and follow when these change. Pure.
#pragma once

#include <string_view>

#include "provisioning/model/scope.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// Adds the kinds with documents that can name an object of `kind`.
void add_naming_documents(Scope& scope, std::string_view kind);

// Puts the new keys into the documents of `state`. Each takes one step: two objects may have exchanged their keys.
void follow_in_documents(State& state, const Renames& renames);

}  // namespace acctl

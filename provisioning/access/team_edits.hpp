// Edits teams and their members. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/user_lookup.hpp"

namespace acctl {

void add_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                 const SuggestUsers& near);
void remove_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                    const SuggestUsers& near);

// Their members leave with them.
void delete_teams(State& state, const std::vector<std::string>& keys, Notes& notes);

}  // namespace acctl

// Edits teams and their members. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/user_lookup.hpp"

namespace acctl {

// `until`: their end, RFC 3339 in UTC, which replaces another one; "" for permanent members. Who is a member without
// an end stays one.
void add_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                 const std::string& until, const SuggestUsers& near, Notes& notes);
void remove_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                    const SuggestUsers& near);

// Their members leave with them.
void delete_teams(State& state, const std::vector<std::string>& keys, Notes& notes);

}  // namespace acctl

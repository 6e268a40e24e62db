// Parses permissions as a command line names them: tickets.view, tickets.view:group, -tickets.delete.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

struct PermissionWord {
  std::string permission;
  std::string level;    // "" for the widest
  bool remove = false;  // "-tickets.delete"
};

// "tickets.view:group" as the permission and its level; "" if it names none.
std::pair<std::string, std::string> split_level(const std::string& word);

// `signs`: whether + and - may stand before them. Throws Error(invalid) naming `option`.
std::vector<PermissionWord> parse_permissions(const std::string& option, const std::vector<std::string>& words,
                                              bool signs = false);

// Permission -> level.
using PermissionSet = std::map<std::string, std::string>;
PermissionSet find_permissions(const State& state, const std::string& kind, const std::string& owner);

// `set` with `words` added and removed.
PermissionSet with_words(PermissionSet set, const std::vector<PermissionWord>& words);

// Throws Error(invalid) with all permissions that the catalogue of `state` lacks, and `hint`.
void check_catalogue(const State& state, const PermissionSet& permissions,
                     const std::string& hint = "'acctl role matrix' shows the catalogue.");

// Makes `set` what `owner`, a role or a role template, gives. A level that says no more than the permission alone
// changes nothing.
void set_permissions(State& state, const std::string& kind, const std::string& owner, const PermissionSet& set);

// "lacks tickets.view", "also gives tickets.edit", "gives tickets.view at level group, not global": in what `actual` is
// not `wanted`.
std::vector<std::string> differences(const State& state, const PermissionSet& actual, const PermissionSet& wanted);

}  // namespace acctl

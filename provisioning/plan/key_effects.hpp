// Computes what API keys gain and lose by a plan, by the rules of app.api_key_permissions
// (templates/tenant/0016_keys.sql): a key may do what it was given, as far as its user and its maker may. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/key_grant.hpp"
#include "provisioning/plan/effects.hpp"

namespace acctl {

// "ana@acme.example/ci", "organization/bot".
std::string name_key(const KeyGrant& key);

Holdings holdings_of_key(const State& state, const KeyGrant& key);

// `key` as it is after `changes`, which rename what it rests on. A key ends with its role, its user and its maker.
KeyGrant follow_changes(KeyGrant key, const std::vector<Change>& changes);

// By key, without what its user gains or loses in the same way.
std::vector<Effect> effects_on_keys(const State& before, const State& after, const std::vector<KeyGrant>& keys,
                                    const std::vector<Change>& changes);

}  // namespace acctl

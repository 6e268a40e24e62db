#include "provisioning/plan/key_effects.hpp"

#include <algorithm>

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/grants.hpp"

namespace acctl {

namespace {

Holdings own_holdings(const State& state, const KeyGrant& key) {
  if (!key.role.empty()) return holdings_of_role(state, key.role);
  Holdings holdings;
  for (const auto& [permission, level] : key.permissions) {
    if (find_object(state, "permissions", permission) == nullptr) continue;
    holdings[permission] = {.level = level.empty() ? widest_level(state, permission) : level, .via = {"direct"}};
  }
  return holdings;
}

// What both allow, at the narrower level and by the ways of `own`.
Holdings narrowed(const Holdings& own, const Holdings& limit) {
  if (limit.contains("*")) return own;
  Holdings both;
  if (const auto star = own.find("*"); star != own.end()) {
    for (const auto& [permission, held] : limit) both[permission] = {.level = held.level, .via = star->second.via};
    return both;
  }
  for (const auto& [permission, held] : own) {
    const auto allowed = limit.find(permission);
    if (allowed == limit.end()) continue;
    const bool is_wider = level_rank(held.level) < level_rank(allowed->second.level);
    both[permission] = {.level = is_wider ? allowed->second.level : held.level, .via = held.via};
  }
  return both;
}

// Lists an effect on a key only as far as no effect on its user says the same.
void leave_out(const std::vector<Effect>& said, Effect& effect) {
  const auto cut = [&](PermissionList& list, PermissionList Effect::* side) {
    std::vector<std::string> rest = list.all();
    std::erase_if(rest, [&](const std::string& permission) {
      return std::ranges::any_of(said, [&](const Effect& of_user) {
        return std::ranges::any_of((of_user.*side).all(), [&](const std::string& other) {
          return other == "*" || other.substr(0, other.find(':')) == permission.substr(0, permission.find(':'));
        });
      });
    });
    list = std::move(rest);
  };
  cut(effect.gains, &Effect::gains);
  cut(effect.loses, &Effect::loses);
}

// What an object is called after `changes`, "" if it is removed.
std::string find_new_key(const std::vector<Change>& changes, std::string_view kind, const std::string& key) {
  for (const Change& change : changes) {
    if (change.kind != kind || change.action == Action::add || change.old_key() != key) continue;
    return change.action == Action::remove ? "" : change.key;
  }
  return key;
}

}  // namespace

std::string name_key(const KeyGrant& key) { return (key.bearer.empty() ? key.owner : key.bearer) + "/" + key.name; }

Holdings holdings_of_key(const State& state, const KeyGrant& key) {
  Holdings holdings = own_holdings(state, key);
  for (const std::string& limit : {key.bearer, key.maker}) {
    if (!limit.empty()) holdings = narrowed(holdings, holdings_of_user(state, limit));
  }
  return holdings;
}

KeyGrant follow_changes(KeyGrant key, const std::vector<Change>& changes) {
  const auto follow = [&](std::string_view kind, std::string& name) {
    if (name.empty()) return true;
    name = find_new_key(changes, kind, name);
    return !name.empty();
  };
  const bool lives = follow("users", key.bearer) && follow("users", key.maker) && follow("roles", key.role);
  std::map<std::string, std::string> permissions;
  for (auto& [permission, level] : key.permissions) {
    const std::string now = find_new_key(changes, "permissions", permission);
    if (lives && !now.empty()) permissions[now] = level;
  }
  key.permissions = std::move(permissions);
  if (!lives) key.role.clear();
  return key;
}

std::vector<Effect> effects_on_keys(const State& before, const State& after, const std::vector<KeyGrant>& keys,
                                    const std::vector<Change>& changes) {
  std::vector<Effect> effects;
  for (const KeyGrant& key : keys) {
    const KeyGrant then = follow_changes(key, changes);
    std::vector<Effect> said;
    if (!key.bearer.empty()) {
      said = effects_between(key.bearer, holdings_of_user(before, key.bearer), holdings_of_user(after, then.bearer));
    }
    for (Effect& effect : effects_between(name_key(key), holdings_of_key(before, key), holdings_of_key(after, then))) {
      leave_out(said, effect);
      if (!effect.gains.empty() || !effect.loses.empty()) effects.push_back(std::move(effect));
    }
  }
  return effects;
}

}  // namespace acctl

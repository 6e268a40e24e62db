#include "provisioning/plan/effects.hpp"

#include <algorithm>

#include "provisioning/base/text.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/plan/grants.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

namespace {

constexpr std::string_view everything = "*";

// Adds what the list `edge_kind` of `owner` gives.
void collect(const State& state, const std::string& edge_kind, const std::string& owner, const std::string& via,
             Holdings& holdings) {
  const Objects& edges = all_of_kind(state, edge_kind);
  const EdgeKind& kind = *find_edge_kind(edge_kind);
  const std::string prefix = owner + "/";
  for (auto at = edges.lower_bound(prefix); at != edges.end() && at->first.starts_with(prefix); ++at) {
    const auto [name, permission] = split_edge(kind, at->first);
    if (name != owner) continue;
    std::string level = find_field_text(at->second, "level");
    if (level.empty()) level = widest_level(state, permission);
    const auto [held, fresh] = holdings.try_emplace(permission, Holding{level, {via}});
    if (fresh) continue;
    held->second.via.insert(via);
    if (level_rank(level) < level_rank(held->second.level)) held->second.level = level;
  }
}

std::string joined(const std::set<std::string>& words) { return join({words.begin(), words.end()}); }

// What `more` gives beyond `less`: permission with its level -> through what.
std::map<std::string, std::string> surplus(const Holdings& more, const Holdings& less) {
  std::map<std::string, std::string> all;
  const auto star = more.find(std::string(everything));
  if (less.contains(std::string(everything))) return all;
  if (star != more.end()) return {{star->first, joined(star->second.via)}};
  for (const auto& [permission, holding] : more) {
    const auto other = less.find(permission);
    if (other != less.end() && level_rank(other->second.level) <= level_rank(holding.level)) continue;
    all[with_level(permission, holding.level)] = joined(holding.via);
  }
  return all;
}

bool matches(std::string_view pattern, std::string_view permission) {
  if (pattern == everything) return true;
  if (pattern.ends_with(".*")) return permission.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == permission;
}

// A permission that is removed or renamed, or gets other levels: who holds it without a level holds it at the widest
// one.
bool concerns_holders(const Change& change) {
  if (change.action != Action::change) return change.action == Action::remove;
  return change.fields.contains("levels") || change.old_key() != change.key;
}

// A role that is removed, or whose scope changes.
bool concerns_assignments(const Change& change) {
  return change.action == Action::remove || (change.action == Action::change && change.fields.contains("scope"));
}

// Directly, by the role template, or by a role whose assignment `counts`.
template <class Counts>
bool has_everything(const State& state, const std::string& email, Counts counts) {
  const Object* user = find_object(state, "users", email);
  if (user == nullptr) return false;
  const std::string star(everything);
  if (find_object(state, "user_permissions", edge_key(email, star)) != nullptr) return true;
  const std::string held = find_field_text(*user, "role_template");
  if (!held.empty() && find_object(state, "role_template_permissions", edge_key(held, star)) != nullptr) return true;
  return std::ranges::any_of(roles_held(state, email), [&](const std::string& role) {
    return counts(*find_object(state, "user_roles", edge_key(email, role))) &&
           find_object(state, "role_permissions", edge_key(role, star)) != nullptr;
  });
}

// When the roles that a user has for a time end; RFC 3339 in UTC sorts as text.
std::set<std::string> find_ends(const State& state, const std::string& email) {
  std::set<std::string> ends;
  for (const std::string& role : roles_held(state, email)) {
    const Object& assignment = *find_object(state, "user_roles", edge_key(email, role));
    if (const std::string until = find_field_text(assignment, "until"); !until.empty()) ends.insert(until);
  }
  return ends;
}

// What a user holds beyond that end.
Holdings holdings_beyond(const State& state, const std::string& email, const std::string& end) {
  Holdings holdings = holdings_of_user(state, email);
  const Holdings lasting = grants_of_user(state, email, [&](const Object& assignment) {
    const std::string until = find_field_text(assignment, "until");
    return until.empty() || until > end;
  });
  std::erase_if(holdings, [&](const auto& held) { return !lasting.contains(held.first); });
  for (auto& [permission, holding] : holdings) holding = lasting.at(permission);
  return holdings;
}

// What a user has already, for a time, and would hold beyond its end: as if it were gained there, one effect for each
// way. `effects`: what they gain now, which is not said again.
void add_longer(const State& before, const State& after, const std::string& user, std::vector<Effect>& effects) {
  std::map<std::string, std::set<std::string>> by_way;
  for (const std::string& end : find_ends(before, user)) {
    for (const auto& [permission, via] :
         surplus(holdings_beyond(after, user, end), holdings_beyond(before, user, end))) {
      const bool said = std::ranges::any_of(effects, [&](const Effect& effect) {
        return effect.user == user && std::ranges::find(effect.gains, permission) != effect.gains.end();
      });
      if (!said) by_way[via + " (for longer)"].insert(permission);
    }
  }
  for (const auto& [via, gains] : by_way) {
    effects.push_back({.user = user, .gains = std::vector(gains.begin(), gains.end()), .loses = {}, .via = via});
  }
}

Holdings find_holdings(const State& state, const AccessTest& test) {
  if (!test.user.empty()) return holdings_of_user(state, test.user);
  return test.role_template.empty() ? holdings_of_role(state, test.role)
                                    : holdings_of_template(state, test.role_template);
}

class Tester {
 public:
  Tester(const State& state, const AccessTest& test)
      : state_(state), who_(test.subject()), holdings_(find_holdings(state, test)) {
    if (find_object(state, std::string(test.kind()), test.key()) == nullptr) {
      failures.push_back(who_ + " does not exist");
      return;
    }
    for (const auto& [pattern, level] : test.can) expect(pattern, level, true);
    for (const auto& [pattern, level] : test.cannot) expect(pattern, level, false);
  }

  std::vector<std::string> failures;

 private:
  void expect(const std::string& pattern, const std::string& level, bool expected) {
    bool any = false;
    for (const auto& [permission, object] : all_of_kind(state_, "permissions")) {
      if (!matches(pattern, permission)) continue;
      any = true;
      const bool held = holds(permission, level);
      if (held == expected) continue;
      failures.push_back(who_ + (held ? " can " : " cannot ") + with_level(permission, level) +
                         through(permission, held));
      if (failures.size() > 20) return;
    }
    if (!any) failures.push_back("there is no permission '" + pattern + "'");
  }

  const Holding* holding(const std::string& permission) const {
    auto found = holdings_.find(permission);
    if (found == holdings_.end()) found = holdings_.find(std::string(everything));
    return found == holdings_.end() ? nullptr : &found->second;
  }

  bool holds(const std::string& permission, const std::string& level) const {
    if (holdings_.contains(std::string(everything))) return true;
    const Holding* held = holding(permission);
    return held != nullptr && (level.empty() || level_rank(held->level) <= level_rank(level));
  }

  std::string through(const std::string& permission, bool held) const {
    const Holding* found = held ? holding(permission) : nullptr;
    return found == nullptr ? "" : ", through " + joined(found->via);
  }

  const State& state_;
  std::string who_;
  Holdings holdings_;
};

}  // namespace

int level_rank(const std::string& level) {
  if (level == "restricted") return 2;
  return level == "group" ? 1 : 0;
}

Holdings holdings_of_role(const State& state, const std::string& role) {
  Holdings holdings;
  collect(state, "role_permissions", role, "role:" + role, holdings);
  return holdings;
}

Holdings holdings_of_template(const State& state, const std::string& role_template) {
  Holdings holdings;
  collect(state, "role_template_permissions", role_template, "template:" + role_template, holdings);
  return holdings;
}

std::string widest_level(const State& state, const std::string& permission) {
  const Object* object = find_object(state, "permissions", permission);
  const nlohmann::json* levels = object == nullptr ? nullptr : object->fields.get("levels");
  if (levels == nullptr) return "";
  std::string widest;
  for (const auto& level : *levels) {
    if (widest.empty() || level_rank(level) < level_rank(widest)) widest = level;
  }
  return widest;
}

std::vector<std::string> roles_held(const State& state, const std::string& email) {
  const EdgeKind& kind = *find_edge_kind("user_roles");
  std::vector<std::string> roles = find_edges(state, kind, email);
  for (std::string& key : roles) key = split_edge(kind, key).second;
  return roles;
}

Holdings grants_of_user(const State& state, const std::string& email,
                        const std::function<bool(const Object& assignment)>& counts) {
  Holdings holdings;
  collect(state, "user_permissions", email, "direct", holdings);
  for (const std::string& role : roles_held(state, email)) {
    if (counts && !counts(*find_object(state, "user_roles", edge_key(email, role)))) continue;
    collect(state, "role_permissions", role, "role:" + role, holdings);
  }
  const Object* user = find_object(state, "users", email);
  if (user == nullptr) return holdings;
  if (const std::string held = find_field_text(*user, "role_template"); !held.empty()) {
    collect(state, "role_template_permissions", held, "template:" + held, holdings);
  }
  return holdings;
}

Holdings latent_holdings(const State& state, const std::string& email) {
  Holdings holdings;
  const Object* user = find_object(state, "users", email);
  if (user == nullptr) return holdings;
  holdings = grants_of_user(state, email);
  if (!has_value(*user, "crm_access", true) && !holdings.contains(std::string(everything))) {
    std::erase_if(holdings, [](const auto& held) { return held.first.starts_with("crm."); });
  }
  return holdings;
}

Holdings holdings_of_user(const State& state, const std::string& email) {
  const Object* user = find_object(state, "users", email);
  return user == nullptr || user->status == "suspended" ? Holdings() : latent_holdings(state, email);
}

bool is_admin(const State& state, const std::string& email) {
  return has_everything(state, email, [](const Object&) { return true; });
}

bool is_permanent_admin(const State& state, const std::string& email) {
  return has_everything(state, email, [](const Object& assignment) { return !assignment.fields.contains("until"); });
}

std::vector<Effect> effects_between(const std::string& who, const Holdings& before, const Holdings& after) {
  struct Difference {
    std::vector<std::string> gains;
    std::vector<std::string> loses;
  };
  std::map<std::string, Difference> by_way;
  for (const auto& [permission, via] : surplus(after, before)) by_way[via].gains.push_back(permission);
  for (const auto& [permission, via] : surplus(before, after)) by_way[via].loses.push_back(permission);
  std::vector<Effect> effects;
  for (auto& [via, change] : by_way) {
    effects.push_back({.user = who, .gains = std::move(change.gains), .loses = std::move(change.loses), .via = via});
  }
  return effects;
}

std::vector<Effect> effects_between(const State& before, const State& after) {
  const Objects& then = all_of_kind(before, "users");
  const Objects& now = all_of_kind(after, "users");
  std::vector<Effect> effects;
  effects.reserve(std::max(then.size(), now.size()));  // mostly there is one of each
  std::map<std::vector<std::string>, PermissionList> lists;
  const auto share = [&](PermissionList& list) {
    if (!list.empty()) list = lists.try_emplace(list.all(), list).first->second;
  };
  // Both are sorted, and who is in both is asked for once.
  auto old = then.begin();
  auto fresh = now.begin();
  while (old != then.end() || fresh != now.end()) {
    const bool is_old = fresh == now.end() || (old != then.end() && old->first <= fresh->first);
    const std::string& user = is_old ? old->first : fresh->first;
    std::vector<Effect> of_user = effects_between(user, holdings_of_user(before, user), holdings_of_user(after, user));
    add_longer(before, after, user, of_user);
    for (Effect& effect : of_user) {
      share(effect.gains);
      share(effect.loses);
      effects.push_back(std::move(effect));
    }
    if (is_old && fresh != now.end() && fresh->first == user) ++fresh;
    is_old ? static_cast<void>(++old) : static_cast<void>(++fresh);
  }
  return effects;
}

std::vector<std::string> matching_gains(const std::vector<Effect>& effects, const std::vector<std::string>& patterns) {
  std::vector<std::string> all;
  for (const Effect& effect : effects) {
    for (const std::string& gain : effect.gains) {
      const std::string permission = gain.substr(0, gain.find(':'));
      const bool hit = std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return permission == everything || matches(pattern, permission);
      });
      if (hit) all.push_back(effect.user + " would gain " + gain + " through " + effect.via);
    }
  }
  return all;
}

std::vector<TestResult> run_tests(const State& state, const std::vector<AccessTest>& tests) {
  std::vector<TestResult> results;
  for (const AccessTest& test : tests) results.push_back({test, Tester(state, test).failures});
  return results;
}

AccessScope access_scope(const std::vector<Change>& changes) {
  AccessScope scope;
  // Nobody holds what does not exist yet.
  std::set<std::string> fresh;
  for (const Change& change : changes) {
    if (change.action == Action::add && find_kind(change.kind) != nullptr) fresh.insert(to_address(change));
  }
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    const std::string subject = edge == nullptr ? change.old_key() : split_edge(*edge, change.key).first;
    if (edge != nullptr && fresh.contains(std::string(edge->owner->name) + "/" + subject) &&
        !edge->owner->is_person()) {
      continue;
    }
    switch (edge == nullptr ? find_access_part(change.kind) : edge->owner->part) {
      case AccessPart::person:
        scope.users.insert(subject);
        break;
      case AccessPart::permission:
        if (concerns_holders(change)) scope.permissions.insert(subject);
        break;
      case AccessPart::role:
        if (edge != nullptr || concerns_assignments(change)) scope.roles.insert(subject);
        break;
      case AccessPart::role_template:
        if (edge != nullptr || change.action == Action::remove) scope.templates.insert(subject);
        break;
      case AccessPart::none:
        break;
    }
  }
  return scope;
}

}  // namespace acctl

#include "provisioning/plan/authorization.hpp"

#include <algorithm>

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/message_links.hpp"
#include "provisioning/plan/mismatches.hpp"
#include "provisioning/plan/powers.hpp"

namespace acctl {

namespace {

using Keys = std::vector<std::string_view>;

// Lets a user change all configuration that is not about people.
constexpr std::string_view all_configuration = "settings.manage";

std::string shown(const Keys& keys) {
  std::string text;
  for (const std::string_view key : keys) text += (text.empty() ? "" : " or ") + std::string(key);
  return text;
}

bool is_among(std::string_view key, const Keys& keys) { return std::ranges::find(keys, key) != keys.end(); }

// Whether the objects of the kind are people, what people hold, or groups of people.
bool concerns_people(const Kind& kind) {
  return kind.is_person() || kind.is_held() || std::ranges::any_of(edge_kinds(), [&](const EdgeKind& edge) {
           return edge.owner == &kind && edge.is_membership();
         });
}

// The kind that a change is about: of a member of a list the one that owns the list. nullptr if it is no kind.
const Kind* find_owning_kind(const Change& change) {
  const EdgeKind* edge = find_edge_kind(change.kind);
  return edge == nullptr ? find_kind(change.kind) : edge->owner;
}

bool is_of_person(const Change& change) { return find_access_part(change.kind) == AccessPart::person; }

// What a field has on one side of a change, as text; "" for nothing.
std::string find_value(const Change& change, const std::string& field, Side side) {
  const FieldChange* found = change.fields.get(field);
  if (found == nullptr) return "";
  const nlohmann::json& value = side == Side::before ? found->before : found->after;
  return value.is_string() ? value.get<std::string>() : "";
}

bool touches(const Change& change, const std::string& field, const nlohmann::json& value) {
  const FieldChange* found = change.fields.get(field);
  return found != nullptr && (found->before == value || found->after == value);
}

// Whoever decides where users sign in can become each of them.
bool decides_sign_in(const Change& change) {
  return change.kind == "idp" || (change.kind == "settings" && change.key.starts_with("sso."));
}

class Examination {
 public:
  Examination(const std::string& user, const std::set<std::string>& features, const State& before, const State& after)
      : user_(user),
        features_(features),
        before_(before),
        after_(after),
        held_(powers_of_user(before, user)),
        given_(powers_given(before, user)) {}

  std::vector<std::string> run(const std::vector<Change>& changes, const std::vector<Change>& adoptions,
                               const std::vector<Effect>& effects) {
    const Object* object = find_object(before_, "users", user_);
    if (object == nullptr) return {user_ + " is not a user of the tenant"};
    if (object->status != "active") return {user_ + " is " + object->status + ", not active"};
    for (const Change& change : changes) {
      if (is_of_person(change) && change.action == Action::add) invited_.insert(change.key);
    }
    for (const Change& change : changes) examine(change);
    for (const Change& adoption : adoptions) examine_adoption(adoption);
    for (const Effect& effect : effects) examine(effect);
    examine_own_exit(changes, effects);
    return std::move(problems_);
  }

 private:
  bool is_admin() const { return held_.holdings.contains("*"); }
  bool administers_enterprise() const { return held_.enterprise && is_admin(); }

  // Configuration is of everybody: a permission at a narrower level gives no right to it.
  bool holds(const Keys& keys) const {
    return is_admin() || std::ranges::any_of(keys, [&](std::string_view key) {
             const auto held = held_.holdings.find(std::string(key));
             return held != held_.holdings.end() && level_rank(held->second.level) == 0;
           });
  }

  // Their keys, with the level that is needed if they have one at a narrower level.
  std::string shown_with_levels(const Keys& keys) const {
    const bool narrow =
        std::ranges::any_of(keys, [&](std::string_view key) { return held_.holdings.contains(std::string(key)); });
    return shown(keys) + (narrow ? " at level global" : "");
  }

  void complain(const std::string& what) {
    const std::string sentence = user_ + " may not " + what;
    if (std::ranges::find(problems_, sentence) == problems_.end()) problems_.push_back(sentence);
  }

  Keys needed(const Change& change) const {
    if (is_of_person(change)) {
      if (change.action == Action::add) return find_right_keys(Right::invite_people);
      if (change.action == Action::remove) return find_right_keys(Right::delete_people);
      const bool access = change.fields.contains("role_template") || change.fields.contains("crm_access");
      return find_right_keys(access ? Right::manage_people : Right::edit_people);
    }
    const Kind* kind = find_owning_kind(change);
    if (kind == nullptr || decides_sign_in(change)) return find_right_keys(Right::everything);
    if (kind->is_person()) {
      const bool fresh = invited_.contains(split_edge(*find_edge_kind(change.kind), change.key).first);
      return find_right_keys(fresh ? Right::invite_people : Right::manage_people);
    }
    return is_among("*", kind->permissions) ? find_right_keys(Right::everything) : kind->permissions;
  }

  void examine_right(const std::string& what, const Change& change) {
    const Keys keys = needed(change);
    if (!holds(keys))
      complain(what + (keys.empty() ? ": this requires an admin" : ": this requires " + shown_with_levels(keys)));
  }

  // Whose files own an object decides who may change it, and what a list of the directory does to a user.
  void examine_adoption(const Change& adoption) {
    const std::string what = "take over " + to_address(adoption);
    examine_right(what, adoption);
    if (is_of_person(adoption)) examine_subject(adoption, nullptr);
    if (find_edge_kind(adoption.kind) == nullptr) examine_object(what, adoption);
  }

  void examine(const Change& change) {
    const std::string what = std::string(to_string(change.action)) + " " + to_address(change);
    examine_right(what, change);
    const EdgeKind* edge = find_edge_kind(change.kind);
    const Kind* kind = find_owning_kind(change);
    if (kind != nullptr && kind->part == AccessPart::role) {
      if (!features_.contains(std::string(custom_roles_feature))) {
        complain(what + ": the tenant's plan has no custom roles");
      }
      if (!held_.makes_roles) {
        complain(what + ": this requires an account admin, who has roles.manage or everything through a system role");
      }
    }
    if (kind != nullptr && kind->is_person()) examine_subject(change, edge);
    if (edge != nullptr) {
      const std::string target = split_edge(*edge, change.key).second;
      if (edge->gives_permission()) examine_permission(what, target, change);
      if (edge->is_assignment()) examine_assignment(what, *edge, change);
    } else {
      examine_object(what, change);
    }
  }

  // Whoever can change the address of a user, or how they sign in, can become that user.
  void examine_subject(const Change& change, const EdgeKind* edge) {
    const std::string subject = edge == nullptr ? change.old_key() : split_edge(*edge, change.key).first;
    // Adding a user who exists already changes nothing.
    if (subject == user_ || invited_.contains(subject) || !subjects_.insert(subject).second) return;
    const Powers powers = powers_of_user(before_, subject);
    if (powers.holdings.contains("*") && !is_admin())
      return complain("change " + subject + ": only admins can change admins");
    if (const std::string more = find_surplus(powers, held_); !more.empty()) {
      const bool sees = holds(find_right_keys(Right::see_people));
      complain("change " + subject + (sees ? ", who holds " + more + ": " + user_ + " does not" : ", who holds more"));
    }
  }

  // Nobody removes their own rights: they could not restore them.
  void examine_own_exit(const std::vector<Change>& changes, const std::vector<Effect>& effects) {
    std::string now = user_;
    for (const Change& change : changes) {
      if (is_of_person(change) && change.old_key() == user_) now = change.key;
    }
    const Object* after = find_object(after_, "users", now);
    if (after == nullptr) return complain("delete themselves");
    if (after->status == "suspended") return complain("suspend themselves");
    for (const Effect& effect : effects) {
      if (effect.user != now) continue;
      for (const std::string& loss : effect.loses) {
        if (is_key(loss.substr(0, loss.find(':')))) complain("take " + loss + " from themselves");
      }
    }
    const Powers left = powers_of_user(after_, now);
    if (held_.makes_roles && !left.makes_roles) complain("take the right to create roles from themselves");
    if (held_.enterprise && !left.enterprise) complain("take the enterprise from themselves");
  }

  // Whether a right of administration rests on the permission.
  static bool is_key(const std::string& permission) {
    if (permission == "*" || permission == all_configuration) return true;
    for (const Right right :
         {Right::see_people, Right::invite_people, Right::edit_people, Right::delete_people, Right::manage_people}) {
      if (is_among(permission, find_right_keys(right))) return true;
    }
    return std::ranges::any_of(
        kinds(), [&](const Kind& kind) { return concerns_people(kind) && is_among(permission, kind.permissions); });
  }

  // What is revoked must be held now, what is granted for as long as it is granted.
  void require_powers(const std::string& what, const Powers& wanted, const Powers& held) {
    if (wanted.enterprise && !administers_enterprise())
      return complain(what + ": this requires an admin of the enterprise");
    if (find_surplus(wanted, held).empty()) return;
    complain(what + ": it is more than " + user_ + " holds" +
             (find_surplus(wanted, given_).empty() ? " permanently" : ""));
  }

  void examine_permission(const std::string& what, const std::string& permission, const Change& change) {
    if (change.action != Action::add) {
      require_powers(what, at_level(before_, permission, find_value(change, "level", Side::before)), given_);
    }
    if (change.action != Action::remove) {
      require_powers(what, at_level(after_, permission, find_value(change, "level", Side::after)), lasting(""));
    }
  }

  void examine_assignment(const std::string& what, const EdgeKind& edge, const Change& change) {
    const auto [holder, role] = split_edge(edge, change.key);
    if (change.action == Action::change && holder == user_) {
      complain(what + ": users cannot change when their own roles expire");
    }
    if (change.action != Action::add) require_powers(what, powers_of_role(before_, role), given_);
    if (change.action != Action::remove) {
      require_powers(what, powers_of_role(after_, role), lasting(find_value(change, "until", Side::after)));
    }
  }

  void examine_object(const std::string& what, const Change& change) {
    const AccessPart part = find_access_part(change.kind);
    if (part == AccessPart::person) {
      if (touches(change, "crm_access", true) && !has_crm_access(before_, user_))
        complain(what + ": this requires CRM access");
      examine_template(what, before_, find_value(change, "role_template", Side::before), given_);
      examine_template(what, after_, find_value(change, "role_template", Side::after), lasting(""));
    }
    if (part == AccessPart::role_template && change.action != Action::add) {
      examine_template(what, before_, change.old_key(), given_);
    }
    if (change.kind == "email_templates" && !is_admin()) {
      for (const auto& [field, value] : change.fields) {
        const std::string text = find_value(change, field, Side::after);
        const std::string leak = field == "html" ? find_link_leak_in_html(text) : find_link_leak(text);
        if (!leak.empty()) complain(what + ": " + leak + ", which requires an admin");
      }
    }
    if (part != AccessPart::role) return;
    if (touches(change, "system", true)) complain(what + ": users cannot change whether a role is a system role");
    if (touches(change, "scope", "enterprise") && !administers_enterprise()) {
      complain(what + ": this requires an admin of the enterprise");
    }
    if (change.action != Action::add) require_powers(what, powers_of_role(before_, change.old_key()), given_);
  }

  void examine_template(const std::string& what, const State& state, const std::string& key, const Powers& held) {
    if (!key.empty()) require_powers(what, powers_of_template(state, key), held);
  }

  // What they hold at least until then; "" for what does not expire.
  const Powers& lasting(const std::string& until) {
    const auto known = lasting_.find(until);
    if (known != lasting_.end()) return known->second;
    return lasting_.emplace(until, powers_given(before_, user_, until)).first->second;
  }

  void examine(const Effect& effect) {
    const auto exceeds = [&](const std::string& permission) {
      const std::size_t colon = std::min(permission.find(':'), permission.size());
      const std::string level = permission.substr(std::min(colon + 1, permission.size()));
      return !find_surplus({.holdings = {{permission.substr(0, colon), {.level = level, .via = {}}}}}, held_).empty();
    };
    for (const std::string& gain : effect.gains) {
      if (exceeds(gain)) complain("give " + effect.user + " " + gain + ": it is more than " + user_ + " holds");
    }
    if (effect.user == user_) return;
    for (const std::string& loss : effect.loses) {
      if (exceeds(loss)) complain("take " + loss + " from " + effect.user + ": it is more than " + user_ + " holds");
    }
  }

  const std::string& user_;
  const std::set<std::string>& features_;
  const State& before_;
  const State& after_;
  const Powers held_;   // what counts for them
  const Powers given_;  // the same without regard to CRM access: a role may be given to users who have it
  std::map<std::string, Powers> lasting_;
  std::set<std::string> invited_;
  std::set<std::string> subjects_;
  std::vector<std::string> problems_;
};

}  // namespace

const std::vector<std::string_view>& find_right_keys(Right right) {
  static const std::map<Right, Keys> keys = {
      {Right::see_people, {"users.view", "users.manage"}},
      {Right::invite_people, {"users.create", "users.manage"}},
      {Right::edit_people, {"users.edit", "users.manage"}},
      {Right::delete_people, {"users.delete", "users.manage"}},
      {Right::manage_people, {"users.manage"}},
      {Right::everything, {}},
  };
  return keys.at(right);
}

std::vector<std::string_view> keys_to_read(const Scope& scope) {
  // Members of teams and people whom documents name are people, too: a plan would list them, and a refusal would tell
  // whether an address is a user's.
  const bool people = scope.everybody || !scope.holders_of_roles.empty() || !scope.holders_of_templates.empty() ||
                      !scope.holders_of_permissions.empty() || !scope.users.empty() || !scope.teams.empty() ||
                      scope.all_members;
  Keys keys;
  const auto add = [&](const Kind& kind) {
    for (const std::string_view key : kind.read_permissions()) {
      if (key != "*" && !is_among(key, keys)) keys.push_back(key);
    }
  };
  const auto is_read = [&](const Kind& kind) { return scope.kinds.contains(std::string(kind.name)); };
  for (const Kind& kind : kinds()) {
    // The strictest permission, though another kind of the scope would need less.
    if (people || (kind.is_held() && is_read(kind))) return find_right_keys(Right::see_people);
    if (concerns_people(kind) && !kind.is_person() && is_read(kind)) add(kind);
  }
  for (const std::string& name : scope.kinds) {
    const Kind* kind = find_kind(name);
    if (kind != nullptr && !kind->is_person()) add(*kind);
  }
  // Lets a user do all that the others do each in part, so a message names it last.
  std::ranges::stable_partition(keys, [](std::string_view key) { return key != all_configuration; });
  return keys;
}

std::vector<std::string> exceeding(const std::string& user, const std::set<std::string>& features, const State& before,
                                   const State& after, const Plan& plan) {
  return Examination(user, features, before, after).run(plan.changes, plan.adoptions, plan.effects);
}

}  // namespace acctl

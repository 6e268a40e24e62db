#include "provisioning/plan/rights.hpp"

#include <algorithm>

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/access.hpp"

namespace acctl {

namespace {

using Keys = std::vector<std::string_view>;

// What it takes to change configuration that is not about people, beside settings.manage.
const std::map<std::string_view, std::string_view>& configuration_keys() {
  static const std::map<std::string_view, std::string_view> keys = {
      {"statuses", "fields.manage"},         {"priorities", "fields.manage"},
      {"custom_fields", "fields.manage"},    {"business_hours", "sla.manage"},
      {"sla_policies", "sla.manage"},        {"views", "views.manage"},
      {"automations", "automations.manage"}, {"forms", "forms.manage"},
      {"projects", "projects.manage"},       {"kb_categories", "knowledge.publish"},
      {"email_templates", "settings.edit"},  {"settings", "settings.edit"},
  };
  return keys;
}

std::string shown(const Keys& keys) {
  std::string text;
  for (const std::string_view key : keys) text += (text.empty() ? "" : " or ") + std::string(key);
  return text;
}

std::string level_of(const std::string& gain) {
  const std::size_t colon = gain.find(':');
  return colon == std::string::npos ? "" : gain.substr(colon + 1);
}

class Examination {
 public:
  Examination(const std::string& user, const std::set<std::string>& features, const State& before, const State& after)
      : user_(user), features_(features), before_(before), after_(after), held_(holdings_of_user(before, user)) {}

  std::vector<std::string> run(const std::vector<Change>& changes, const std::vector<Effect>& effects) {
    const Object* object = find_object(before_, "users", user_);
    if (object == nullptr) return {user_ + " is no user of the tenant"};
    if (object->status != "active") return {user_ + " is " + object->status + ", not active"};
    for (const Change& change : changes) {
      if (change.kind == "users" && change.action == Action::add) invited_.insert(change.key);
    }
    for (const Change& change : changes) examine(change);
    for (const Effect& effect : effects) examine(effect);
    examine_own_exit(changes, effects);
    return std::move(problems_);
  }

 private:
  bool is_admin() const { return held_.contains("*"); }

  bool holds(const Keys& keys) const {
    return is_admin() ||
           std::ranges::any_of(keys, [&](std::string_view key) { return held_.contains(std::string(key)); });
  }

  bool holds_at(const std::string& permission, const std::string& level) const {
    if (is_admin()) return true;
    const auto found = held_.find(permission);
    return found != held_.end() && level_rank(found->second.level) <= level_rank(level);
  }

  void complain(const std::string& what) {
    const std::string sentence = user_ + " may not " + what;
    if (std::ranges::find(problems_, sentence) == problems_.end()) problems_.push_back(sentence);
  }

  Keys needed(const Change& change) const {
    const EdgeKind* edge = find_edge_kind(change.kind);
    const std::string_view kind = edge == nullptr ? std::string_view(change.kind) : edge->owner->name;
    if (change.kind == "users") {
      if (change.action == Action::add) return keys_of(Right::invite_people);
      if (change.action == Action::remove) return keys_of(Right::delete_people);
      return keys_of(change.fields.contains("role_template") ? Right::manage_people : Right::edit_people);
    }
    if (kind == "users") {
      const bool fresh = invited_.contains(split_edge(*edge, change.key).first);
      return keys_of(fresh ? Right::invite_people : Right::manage_people);
    }
    if (kind == "roles") return keys_of(Right::manage_roles);
    if (kind == "role_templates") return keys_of(Right::manage_people);
    if (kind == "teams") return keys_of(Right::manage_teams);
    const auto configuration = configuration_keys().find(kind);
    if (configuration == configuration_keys().end()) return keys_of(Right::everything);
    return {configuration->second, "settings.manage"};
  }

  void examine(const Change& change) {
    const std::string what = std::string(word_for(change.action)) + " " + address_of(change);
    const Keys keys = needed(change);
    if (!holds(keys)) complain(what + (keys.empty() ? ": it takes an admin" : ": it takes " + shown(keys)));
    const EdgeKind* edge = find_edge_kind(change.kind);
    const bool role = change.kind == "roles" || change.kind == "role_permissions";
    if (role && !features_.contains(std::string(custom_roles_feature))) {
      complain(what + ": the tenant's plan has no custom roles");
    }
    examine_subject(change);
    if (edge == nullptr || change.action == Action::remove) return;
    const auto [owner, target] = split_edge(*edge, change.key);
    if (edge->list->target == "permissions") examine_grant(what, target, change);
    if (change.kind == "user_roles") examine_scope(what, target);
  }

  // Who can change the address of an admin, or where that admin signs in, is one.
  void examine_subject(const Change& change) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (change.kind != "users" && (edge == nullptr || edge->owner->name != "users")) return;
    const std::string subject = edge == nullptr ? change.old_key() : split_edge(*edge, change.key).first;
    if (subject != user_ && !is_admin() && acctl::is_admin(before_, subject)) {
      complain("touch " + subject + ": only admins touch admins");
    }
  }

  // Nobody acts themselves out: whoever has done it could not take it back.
  void examine_own_exit(const std::vector<Change>& changes, const std::vector<Effect>& effects) {
    std::string now = user_;
    for (const Change& change : changes) {
      if (change.kind == "users" && change.old_key() == user_) now = change.key;
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
  }

  // Whether some right of administration rests on it.
  static bool is_key(const std::string& permission) {
    if (permission == "*" || permission == "settings.manage") return true;
    for (const Right right : {Right::see_people, Right::invite_people, Right::edit_people, Right::delete_people,
                              Right::manage_people, Right::manage_roles, Right::manage_teams}) {
      if (std::ranges::find(keys_of(right), permission) != keys_of(right).end()) return true;
    }
    return false;
  }

  void examine_grant(const std::string& what, const std::string& permission, const Change& change) {
    const auto level = change.fields.find("level");
    const bool said = level != change.fields.end() && level->second.after.is_string();
    if (!holds_at(permission, said ? level->second.after.get<std::string>() : "")) {
      complain(what + ": it is more than " + user_ + " holds");
    }
  }

  // An assignment for the entire enterprise is for those who administer it.
  void examine_scope(const std::string& what, const std::string& role) {
    if (!is_enterprise_role(role)) return;
    const auto held = before_.find("user_roles");
    const bool one_of_them = held != before_.end() && std::ranges::any_of(held->second, [&](const auto& edge) {
                               const auto [owner, own] = split_edge(*find_edge_kind("user_roles"), edge.first);
                               return owner == user_ && is_enterprise_role(own);
                             });
    if (!one_of_them || !is_admin()) complain(what + ": it takes an admin of the enterprise");
  }

  bool is_enterprise_role(const std::string& role) const {
    const Object* object = find_object(after_, "roles", role);
    return object != nullptr && object->fields.contains("scope") && object->fields.at("scope") == "enterprise";
  }

  void examine(const Effect& effect) {
    for (const std::string& gain : effect.gains) {
      if (!holds_at(gain.substr(0, gain.find(':')), level_of(gain))) {
        complain("give " + effect.user + " " + gain + ": it is more than " + user_ + " holds");
      }
    }
    if (effect.user != user_ && std::ranges::find(effect.loses, "*") != effect.loses.end() && !is_admin()) {
      complain("touch " + effect.user + ": only admins touch admins");
    }
  }

  const std::string& user_;
  const std::set<std::string>& features_;
  const State& before_;
  const State& after_;
  const Holdings held_;
  std::set<std::string> invited_;
  std::vector<std::string> problems_;
};

}  // namespace

const std::vector<std::string_view>& keys_of(Right right) {
  static const std::map<Right, Keys> keys = {
      {Right::see_people, {"users.view", "users.manage"}},
      {Right::invite_people, {"users.create", "users.manage"}},
      {Right::edit_people, {"users.edit", "users.manage"}},
      {Right::delete_people, {"users.delete", "users.manage"}},
      {Right::manage_people, {"users.manage"}},
      {Right::manage_roles, {"roles.manage"}},
      {Right::manage_teams, {"teams.manage", "users.manage"}},
      {Right::everything, {}},
  };
  return keys.at(right);
}

std::vector<std::string> exceeding(const std::string& user, const std::set<std::string>& features, const State& before,
                                   const State& after, const std::vector<Change>& changes,
                                   const std::vector<Effect>& effects) {
  return Examination(user, features, before, after).run(changes, effects);
}

}  // namespace acctl

#include "provisioning/access/review_past.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/access/past_state.hpp"
#include "provisioning/access/permission_words.hpp"
#include "provisioning/access/review.sql.hpp"
#include "provisioning/access/review_past.sql.hpp"
#include "provisioning/base/moment.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/state.hpp"
#include "provisioning/plan/grants.hpp"
#include "provisioning/platform/audit.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::vector<std::string> list_holdings(const Holdings& holdings) {
  std::vector<std::string> words;
  for (const auto& [permission, holding] : holdings) words.push_back(with_level(permission, holding.level));
  return words;
}

class PastReview {
 public:
  PastReview(Connection& tenant, const ReviewLimits& limits, const std::string& at)
      : limits_(limits), past_(tenant, at, limits.inactive_for.count()), runs_(tenant.query(sql::review_runs)) {
    soon_ = tenant.query(sql::end_of_expiring, {at, std::int64_t{limits.expiring_within.count()}}).text(0, 0);
    for (const Row row : runs_) run_rows_.emplace(row.text(0), row.index());
    for (const auto& [key, permission] : all_of_kind(past_.state(), "permissions")) {
      catalogue_.emplace(key, widest_level(past_.state(), key));
    }
    for (const auto& [email, user] : all_of_kind(past_.state(), "users")) people_.push_back(make_person(email, user));
    count();
    read_bundles();
    read_keys(tenant.query(sql::shared_keys_at, {at}));
  }

  void visit(const std::function<void(const ReviewSummary&)>& start,
             const std::function<void(const ReviewedPerson&)>& person) const {
    start(summary_);
    for (const ReviewedPerson& one : people_) person(one);
  }

 private:
  GrantedBy granted(const std::string& address, const Object& object) const {
    if (const std::string made = text_fact(object, "made"); !made.empty()) {
      const auto run = run_rows_.find(made);
      if (run == run_rows_.end()) return {.since = to_rfc3339(made), .run = {}, .actor = {}};
      const Row row = runs_.at(run->second);
      return {.since = to_rfc3339(made), .run = row.text(1), .actor = row.text(2)};
    }
    return by_ledger(address);
  }

  GrantedBy by_ledger(const std::string& address) const {
    const std::optional<LedgerWord> word = past_.word_on(address);
    if (!word) return {};
    return {.since = to_rfc3339(word->at), .run = word->run, .actor = word->actor};
  }

  std::vector<std::string> spread(const Holdings& holdings, bool everything, bool crm) const {
    std::vector<std::string> all;
    for (const auto& [permission, widest] : catalogue_) {
      const auto held = holdings.find(permission);
      if ((!crm && permission.starts_with("crm.")) || (!everything && held == holdings.end())) continue;
      all.push_back(with_level(permission, everything ? widest : held->second.level));
    }
    return all;
  }

  ReviewedPerson make_person(const std::string& email, const Object& user) const {
    const State& state = past_.state();
    const bool acts = user.status != "suspended";
    ReviewedPerson person{.email = email, .name = find_field_text(user, "name"), .status = user.status};
    person.admin = acts && is_admin(state, email);
    person.crm_access = acts && (person.admin || has_value(user, "crm_access", true));
    for (const std::string& role : roles_held(state, email)) {
      const std::string key = edge_key(email, role);
      const Object& held = *find_object(state, "user_roles", key);
      person.roles.push_back(
          {.role = role, .until = find_field_text(held, "until"), .by = granted("user_roles/" + key, held)});
    }
    person.role_template = find_field_text(user, "role_template");
    if (!person.role_template.empty()) person.template_by = by_ledger("users/" + email);
    for (const auto& [permission, widest] : catalogue_) {
      const std::string key = edge_key(email, permission);
      const Object* held = find_object(state, "user_permissions", key);
      if (held == nullptr) continue;
      const std::string level = find_field_text(*held, "level");
      person.direct.push_back({.permission = permission,
                               .level = level.empty() ? widest : level,
                               .by = granted("user_permissions/" + key, *held)});
    }
    if (acts) person.effective = spread(holdings_of_user(state, email), person.admin, person.crm_access);
    person.last_sign_in = to_rfc3339(text_fact(user, "signed_in"));
    person.signed_in_later = is_fact(user, "signed_in_later");
    if (const Json* keys = find_fact(user, "keys")) person.api_keys = keys->get<std::vector<std::string>>();
    return person;
  }

  // Whom the present says nothing of has been deleted since; when they signed in is not known.
  void flag(ReviewedPerson& person, const Object& user) {
    const bool is_known = find_fact(user, "later") != nullptr && !person.signed_in_later;
    const bool inactive = is_known && person.status == "active" && is_fact(user, "inactive");
    const bool never = is_known && person.last_sign_in.empty() &&
                       (person.status == "active" || (person.status == "invited" && is_fact(user, "invited_long_ago")));
    const bool expiring = std::ranges::any_of(
        person.roles, [&](const ReviewedRole& held) { return !held.until.empty() && held.until <= soon_; });
    const auto add = [&](bool applies, const char* word) {
      if (applies) person.flags.emplace_back(word);
    };
    add(inactive, "inactive");
    add(never, "never signed in");
    add(person.admin && person.status == "active" && (inactive || never), "admin without need");
    add(person.admin && summary_.admins > limits_.max_admins, "too many admins");
    add(expiring, "expiring grant");
    add(person.admin && !has_permanent_admin_, "no permanent admin");
    summary_.inactive += inactive ? 1 : 0;
    summary_.never += never ? 1 : 0;
    summary_.expiring += expiring ? 1 : 0;
  }

  void count() {
    const State& state = past_.state();
    summary_.at = past_.at();
    summary_.past = {.is_past = true, .left_out = past_.left_out()};
    for (const ReviewedPerson& person : people_) {
      summary_.active += person.status == "active" ? 1 : 0;
      summary_.invited += person.status == "invited" ? 1 : 0;
      summary_.suspended += person.status == "suspended" ? 1 : 0;
      summary_.admins += person.admin ? 1 : 0;
      has_permanent_admin_ |= person.admin && is_permanent_admin(state, person.email);
    }
    for (ReviewedPerson& person : people_) {
      if (!has_permanent_admin_ && person.admin) {
        for (const ReviewedRole& held : person.roles) {
          const bool gives_all = find_object(state, "role_permissions", edge_key(held.role, "*")) != nullptr;
          if (gives_all) summary_.admins_until = std::max(summary_.admins_until, held.until);
        }
      }
      flag(person, *find_object(state, "users", person.email));
    }
  }

  void read_bundles() {
    const State& state = past_.state();
    std::set<std::string> held;
    for (const ReviewedPerson& person : people_) {
      for (const ReviewedRole& role : person.roles) held.insert(role.role);
    }
    for (const auto& [key, role] : all_of_kind(state, "roles")) {
      summary_.roles.push_back(
          {.key = key, .name = find_field_text(role, "name"), .gives = list_holdings(holdings_of_role(state, key))});
      if (!has_value(role, "system", true) && !held.contains(key)) summary_.unused_roles.push_back(key);
    }
    for (const auto& [key, bundle] : all_of_kind(state, "role_templates")) {
      summary_.role_templates.push_back({.key = key,
                                         .name = find_field_text(bundle, "name"),
                                         .gives = list_holdings(holdings_of_template(state, key))});
    }
  }

  // What a key says, as far as its maker held it.
  std::vector<std::string> key_holdings(const ReviewedKey& key) const {
    const State& state = past_.state();
    Holdings own = holdings_of_role(state, key.role);
    for (const std::string& word : key.permissions) {
      const auto [permission, level] = split_level(word);
      own[permission] = {.level = level.empty() ? widest_level(state, permission) : level, .via = {}};
    }
    const bool everything = own.contains("*");
    if (key.created_by.empty()) return spread(own, everything, true);
    const bool made_by_admin = is_admin(state, key.created_by);
    const Holdings maker = holdings_of_user(state, key.created_by);
    Holdings both;
    for (const auto& [permission, widest] : catalogue_) {
      const auto said = own.find(permission);
      const auto held = maker.find(permission);
      if ((!everything && said == own.end()) || (!made_by_admin && held == maker.end())) continue;
      const std::string by_key = everything ? widest : said->second.level;
      const std::string by_maker = made_by_admin ? widest : held->second.level;
      both[permission].level = level_rank(by_key) < level_rank(by_maker) ? by_maker : by_key;
    }
    return list_holdings(both);
  }

  void read_keys(const Rows& rows) {
    summary_.keys = read_records<ReviewedKey>(rows);
    for (ReviewedKey& key : summary_.keys) key.effective = key_holdings(key);
  }

  const ReviewLimits& limits_;
  PastState past_;
  Rows runs_;
  std::map<std::string, int> run_rows_;  // by time
  std::string soon_;
  std::map<std::string, std::string> catalogue_;  // permission -> its widest level
  std::vector<ReviewedPerson> people_;
  bool has_permanent_admin_ = false;
  ReviewSummary summary_;
};

}  // namespace

void review_past_access(Connection& tenant, const ReviewLimits& limits, const std::string& at,
                        const std::function<void(const ReviewSummary& summary)>& start,
                        const std::function<void(const ReviewedPerson& person)>& person) {
  tenant.batch({});  // a transaction that has shown its door can choose no isolation any more
  Transaction transaction(tenant);
  transaction.query(sql::begin_review);
  const PastReview review(tenant, limits, at);
  transaction.commit();
  review.visit(start, person);
}

}  // namespace acctl

#include "tests/support/facts.hpp"

#include <nlohmann/json.hpp>

namespace acctl::test {

namespace {

// What changes by itself, or cannot come back with somebody who was deleted, is left out.
constexpr const char* facts_sql = R"(
select 'permissions', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at,widest_level}'::text[] from app.permissions x
union all select 'roles', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at}'::text[] from app.roles x
union all select 'role_templates', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at}'::text[]
  from app.role_templates x
union all select 'teams', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at}'::text[] from app.teams x
union all select 'users', x.id::text, lower(x.email), to_jsonb(x) -
  '{id,created_at,updated_at,invited_at,activated_at,suspended_at,last_sign_in_at}'::text[] from app.users x
union all select 'projects', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at}'::text[] from app.projects x
union all select 'views', x.id::text, x.key, to_jsonb(x) - '{id,created_at,updated_at}'::text[] from app.views x
union all select 'tickets', x.id::text, '', jsonb_build_object('assignee_id', x.assignee_id, 'team_id', x.team_id)
  from app.tickets x
union all select 'role_permissions', x.role_id || '/' || x.permission_id, '', jsonb_build_object('level', x.level)
  from app.role_permissions x
union all select 'role_template_permissions', x.role_template_id || '/' || x.permission_id, '',
  jsonb_build_object('level', x.level) from app.role_template_permissions x
union all select 'user_permissions', x.user_id || '/' || x.permission_id, '', jsonb_build_object('level', x.level)
  from app.user_permissions x
union all select 'user_roles', x.user_id || '/' || x.role_id, '', jsonb_build_object('until', extract(year from x.expires_at))
  from app.user_roles x where x.expires_at is null or x.expires_at > now()
union all select 'team_members', x.team_id || '/' || x.user_id, '', '{}' from app.team_members x)";

// The kinds of the two ends of a member, and of a column that refers to an object.
const std::map<std::string, std::pair<std::string, std::string>> member_ends = {
    {"role_permissions", {"roles", "permissions"}},
    {"role_template_permissions", {"role_templates", "permissions"}},
    {"user_permissions", {"users", "permissions"}},
    {"user_roles", {"users", "roles"}},
    {"team_members", {"teams", "users"}}};
const std::map<std::string, std::string> targets = {
    {"role_template_id", "role_templates"}, {"project_id", "projects"}, {"assignee_id", "users"}, {"team_id", "teams"}};

struct FactName {
  std::string kind;
  std::string id;
  std::string field;
};

FactName parts_of(const std::string& fact) {
  const std::size_t first = fact.find(' ');
  const std::size_t second = fact.find(' ', first + 1);
  return {fact.substr(0, first), fact.substr(first + 1, second - first - 1), fact.substr(second + 1)};
}

}  // namespace

Difference difference(const Facts& before, const Facts& after) {
  Difference all;
  for (const auto& [fact, value] : before) {
    const auto now = after.find(fact);
    if (now == after.end() || now->second != value) all[fact] = {value, now == after.end() ? "" : now->second};
  }
  for (const auto& [fact, value] : after) {
    if (!before.contains(fact)) all[fact] = {"", value};
  }
  return all;
}

Facts taken_back(Facts facts, const Difference& difference) {
  for (const auto& [fact, values] : difference) {
    if (values.first.empty()) {
      facts.erase(fact);
    } else {
      facts[fact] = values.first;
    }
  }
  return facts;
}

std::string FactBook::known(const std::string& kind, const std::string& id) const {
  const auto found = ids_.find(kind + " " + id);
  return found == ids_.end() ? id : found->second;
}

Facts FactBook::read() {
  const Rows rows = tenant_.query(facts_sql);
  for (int row = 0; row < rows.size(); ++row) {
    const std::string kind(rows.text(row, 0));
    const std::string id(rows.text(row, 1));
    const std::string key(rows.text(row, 2));
    if (key.empty()) continue;
    const auto back = back_.find(kind + " " + key);
    ids_.try_emplace(kind + " " + id, back == back_.end() ? id : back->second);
    names_[kind + " " + known(kind, id)].insert(key);
  }
  back_.clear();
  Facts facts;
  for (int row = 0; row < rows.size(); ++row) {
    const std::string kind(rows.text(row, 0));
    const std::string id(rows.text(row, 1));
    Row& known_row = rows_[kind + " " + id];
    if (known_row.text != rows.text(row, 3)) {
      known_row.text = rows.text(row, 3);
      known_row.facts = facts_of_row(kind, id, known_row.text);
    }
    facts.insert(known_row.facts.begin(), known_row.facts.end());
  }
  return facts;
}

Facts FactBook::facts_of_row(const std::string& kind, const std::string& id, const std::string& text) const {
  if (const auto end = member_ends.find(kind); end != member_ends.end()) {
    const std::size_t slash = id.find('/');
    const std::string name =
        known(end->second.first, id.substr(0, slash)) + "/" + known(end->second.second, id.substr(slash + 1));
    return {{kind + " " + name + " ", nlohmann::json::parse(text).dump()}};
  }
  const nlohmann::json values = nlohmann::json::parse(text);
  Facts facts;
  for (const auto& [field, value] : values.items()) {
    const auto target = targets.find(field);
    const bool refers = target != targets.end() && !value.is_null();
    facts[kind + " " + known(kind, id) + " " + field] = refers ? known(target->second, value.dump()) : value.dump();
  }
  return facts;
}

void FactBook::expect_back(const Facts& expected) {
  back_.clear();
  for (const auto& [fact, value] : expected) {
    const FactName name = parts_of(fact);
    if (name.field != "key" && name.field != "email") continue;
    back_[name.kind + " " + nlohmann::json::parse(value).get<std::string>()] = name.id;
  }
}

std::set<std::string> FactBook::names_of(const std::string& fact) const {
  const FactName name = parts_of(fact);
  std::set<std::string> all;
  const auto add = [&](const std::string& kind, const std::string& id) {
    if (const auto found = names_.find(kind + " " + id); found != names_.end())
      all.insert(found->second.begin(), found->second.end());
  };
  if (const auto end = member_ends.find(name.kind); end != member_ends.end()) {
    const std::size_t slash = name.id.find('/');
    add(end->second.first, name.id.substr(0, slash));
    add(end->second.second, name.id.substr(slash + 1));
  } else {
    add(name.kind, name.id);
  }
  return all;
}

}  // namespace acctl::test

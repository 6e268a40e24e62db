#include "provisioning/plan/base_roles.hpp"

#include <algorithm>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// Those whom the changes add, or whose roles they change.
std::set<std::string> people_concerned(const std::vector<Change>& changes) {
  std::set<std::string> people;
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge != nullptr && edge->is_assignment()) people.insert(split_edge(*edge, change.key).first);
    if (find_access_part(change.kind) == AccessPart::person && change.action == Action::add) people.insert(change.key);
  }
  return people;
}

// Those of `roles` that a user holds without an end.
std::vector<std::string> held_by(const State& state, const std::string& email, std::vector<std::string> roles) {
  std::erase_if(roles, [&](const std::string& role) {
    const Object* held = find_object(state, "user_roles", edge_key(email, role));
    return held == nullptr || held->fields.contains("until");
  });
  return roles;
}

}  // namespace

std::vector<std::string> base_roles(const State& state) {
  std::vector<std::string> base;
  for (const auto& [key, role] : all_of_kind(state, "roles")) {
    if (has_value(role, "base", true)) base.push_back(key);
  }
  return base;
}

std::string default_base_role(const State& state) {
  std::vector<std::string> base = base_roles(state);
  std::erase_if(base, [&](const std::string& role) {
    return find_object(state, "role_permissions", edge_key(role, "*")) != nullptr;
  });
  return base.size() == 1 ? base.front() : "";
}

bool names_base_role(const std::vector<std::string>& base, const std::vector<std::string>& roles) {
  return std::ranges::any_of(roles,
                             [&](const std::string& role) { return std::ranges::find(base, role) != base.end(); });
}

std::string base_role_problem(const std::string& email, const std::vector<std::string>& base,
                              const std::vector<std::string>& held) {
  const auto is_base = [&](const std::string& role) { return std::ranges::find(base, role) != base.end(); };
  if (base.empty() || std::ranges::count_if(held, is_base) == 1) return "";
  return email + " needs exactly one of the roles " + join(base, ", ") + " that does not expire";
}

bool concern_base_roles(const std::vector<Change>& changes) { return !people_concerned(changes).empty(); }

std::vector<std::string> base_role_problems(const State& after, const std::vector<Change>& changes) {
  std::vector<std::string> problems;
  const std::vector<std::string> base = base_roles(after);
  if (base.empty()) return problems;
  for (const std::string& email : people_concerned(changes)) {
    const Object* user = find_object(after, "users", email);
    if (user == nullptr || user->status == "suspended") continue;
    std::string problem = base_role_problem(email, base, held_by(after, email, base));
    if (!problem.empty()) problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace acctl

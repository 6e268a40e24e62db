#include "provisioning/access/lint.hpp"

#include <algorithm>

#include "provisioning/base/text.hpp"
#include "provisioning/plan/effects.hpp"

namespace acctl {

namespace {

// Two roles that share so much of what both together give are one role written twice.
constexpr std::size_t nearly_percent = 80;

// A category with fewer permissions is soon given whole, and rightly.
constexpr std::size_t least_category = 3;

struct Role {
  std::string key;
  bool system = false;
  Holdings gives;
};

std::vector<Role> collect_roles(const State& state) {
  std::vector<Role> roles;
  for (const auto& [key, role] : all_of_kind(state, "roles")) {
    roles.push_back({.key = key, .system = has_value(role, "system", true), .gives = holdings_of_role(state, key)});
  }
  return roles;
}

bool contains(const Role& wide, const Role& narrow) {
  return std::ranges::all_of(narrow.gives, [&](const auto& entry) {
    const auto other = wide.gives.find(entry.first);
    return other != wide.gives.end() && level_rank(other->second.level) <= level_rank(entry.second.level);
  });
}

std::size_t shared_by(const Role& a, const Role& b) {
  return static_cast<std::size_t>(std::ranges::count_if(a.gives, [&](const auto& entry) {
    const auto other = b.gives.find(entry.first);
    return other != b.gives.end() && other->second.level == entry.second.level;
  }));
}

RoleFinding nearly_identical(const Role& a, const Role& b, std::size_t shared, std::size_t together) {
  const bool same = shared == together;
  return {.rule = "nearly-identical",
          .roles = {a.key, b.key},
          .message = same ? a.key + " and " + b.key + " give the same " + counted(shared, "permission") + "."
                          : a.key + " and " + b.key + " share " + std::to_string(shared) + " of the " +
                                std::to_string(together) + " permissions that they give together.",
          .suggestion = same ? "Keep one: grant it to the holders of the other, then delete the other."
                             : "Merge them, or put what differs into a role of its own."};
}

RoleFinding overlap(const Role& wide, const Role& narrow) {
  return {
      .rule = "overlap",
      .roles = {wide.key, narrow.key},
      .message = wide.key + " gives " +
                 (narrow.gives.size() == 1 ? std::string("the only permission")
                                           : "all " + std::to_string(narrow.gives.size()) + " permissions") +
                 " of " + narrow.key + ", and more.",
      .suggestion = "Users with " + wide.key + " do not need " + narrow.key + " as well; leave one of the two out."};
}

std::optional<RoleFinding> compared(const Role& a, const Role& b) {
  const auto everything = [](const Role& role) { return role.gives.empty() || role.gives.contains("*"); };
  if ((a.system && b.system) || everything(a) || everything(b)) return std::nullopt;
  const std::size_t shared = shared_by(a, b);
  std::size_t together = a.gives.size();
  for (const auto& [permission, holding] : b.gives) together += a.gives.contains(permission) ? 0 : 1;
  if (shared * 100 >= together * nearly_percent) return nearly_identical(a, b, shared, together);
  if (contains(a, b)) return overlap(a, b);
  if (contains(b, a)) return overlap(b, a);
  return std::nullopt;
}

// Category -> its permissions.
std::map<std::string, std::vector<std::string>> collect_categories(const State& state) {
  std::map<std::string, std::vector<std::string>> all;
  for (const auto& [key, permission] : all_of_kind(state, "permissions")) {
    if (key != "*" && permission.fields.contains("category"))
      all[find_field_text(permission, "category")].push_back(key);
  }
  return all;
}

void add_wildcards(const State& state, const Role& role, std::vector<RoleFinding>& findings) {
  if (role.system) return;
  if (role.gives.contains("*")) {
    findings.push_back({.rule = "wildcard",
                        .roles = {role.key},
                        .message = role.key + " gives every permission, including those added later.",
                        .suggestion = "List the permissions that it needs, and leave \"*\" to the system roles."});
    return;
  }
  for (const auto& [category, permissions] : collect_categories(state)) {
    if (permissions.size() < least_category) continue;
    const bool whole = std::ranges::all_of(permissions, [&](const std::string& permission) {
      const auto held = role.gives.find(permission);
      return held != role.gives.end() && level_rank(held->second.level) == 0;
    });
    if (!whole) continue;
    findings.push_back(
        {.rule = "wildcard",
         .roles = {role.key},
         .message = role.key + " gives all " + std::to_string(permissions.size()) + " permissions of " + category +
                    " at their widest.",
         .suggestion = "Check that it needs each of them; permissions to delete and manage are rarely for everybody."});
  }
}

void add_unused(const Role& role, const Holders& holders, std::vector<RoleFinding>& findings) {
  const auto held = holders.find(role.key);
  if (role.system || (held != holders.end() && held->second > 0)) return;
  findings.push_back({.rule = "unused",
                      .roles = {role.key},
                      .message = "Nobody has " + role.key + ".",
                      .suggestion = "Grant it, or delete it: acctl role delete " + role.key});
}

}  // namespace

std::vector<RoleFinding> lint_roles(const State& state, const std::optional<Holders>& holders) {
  const std::vector<Role> roles = collect_roles(state);
  std::vector<RoleFinding> findings;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    for (std::size_t j = i + 1; j < roles.size(); ++j) {
      if (auto finding = compared(roles[i], roles[j])) findings.push_back(std::move(*finding));
    }
    if (holders) add_unused(roles[i], *holders, findings);
    add_wildcards(state, roles[i], findings);
  }
  std::ranges::stable_sort(findings, {}, &RoleFinding::rule);
  return findings;
}

}  // namespace acctl

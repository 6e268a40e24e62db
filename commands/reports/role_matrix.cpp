#include "commands/reports/role_matrix.hpp"

#include <algorithm>
#include <utility>

#include "provisioning/plan/effects.hpp"

namespace acctl {

namespace {

std::string widest_level(const Object& permission) {
  const nlohmann::json* levels = permission.fields.get("levels");
  if (levels == nullptr || levels->empty()) return "yes";
  return *std::ranges::min_element(*levels, {}, [](const auto& level) { return level_rank(level); });
}

std::string find_held_level(const Holdings& holdings, const std::string& permission, const Object& object) {
  const auto held = holdings.find(permission);
  if (holdings.contains("*")) return widest_level(object);
  if (held == holdings.end()) return "";
  return held->second.level.empty() ? "yes" : held->second.level;
}

}  // namespace

Matrix make_role_matrix(const State& state, const std::string& title) {
  Matrix matrix{.title = title, .roles = {}, .rows = {}};
  std::vector<Holdings> holdings;
  for (const auto& [key, role] : all_of_kind(state, "roles")) {
    matrix.roles.push_back({key, find_field_text(role, "name")});
    holdings.push_back(holdings_of_role(state, key));
  }
  for (const auto& [permission, object] : all_of_kind(state, "permissions")) {
    Matrix::Row row{.category = find_field_text(object, "category"),
                    .permission = permission,
                    .description = find_field_text(object, "description")};
    for (const Holdings& of_role : holdings) row.levels.push_back(find_held_level(of_role, permission, object));
    matrix.rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(matrix.rows, {}, [](const Matrix::Row& row) {
    return std::pair<bool, const std::string&>(row.permission != "*", row.category);
  });
  return matrix;
}

}  // namespace acctl

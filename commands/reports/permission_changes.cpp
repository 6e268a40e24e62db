#include "commands/reports/permission_changes.hpp"

#include "commands/reports/change_text.hpp"
#include "provisioning/plan/effects.hpp"

namespace acctl {

namespace {

std::string level(const Change& change, const nlohmann::json FieldChange::* side) {
  const FieldChange* found = change.fields.get("level");
  if (found == nullptr) return "";
  const nlohmann::json& value = found->*side;
  return value.is_string() ? value.get<std::string>() : "";
}

void add(PermissionCell& cell, const Change& change, std::size_t tenants) {
  const std::string before = level(change, &FieldChange::before);
  const std::string after = level(change, &FieldChange::after);
  const bool narrower = change.action == Action::change && level_rank(after) > level_rank(before);
  (change.action == Action::remove || narrower ? cell.lost : cell.gained) += tenants;
  if (change.action == Action::change) {
    cell.levels.insert((before.empty() ? "no level" : before) + " → " + (after.empty() ? "no level" : after));
  } else if (const std::string& only = change.action == Action::add ? after : before; !only.empty()) {
    cell.levels.insert(only);
  }
}

}  // namespace

PermissionChanges find_permission_changes(const FleetReport& report) {
  PermissionChanges all;
  for (const PlanGroup& group : report.groups) {
    for (const Change& change : group.plan.changes) {
      if (!is_edge(change)) continue;
      const EdgeWords words = edge_words(change);
      const bool holder = words.owner.starts_with("roles/") || words.owner.starts_with("role_templates/");
      if (!holder || words.list != "permissions") continue;
      all.holders.insert(words.owner);
      add(all.rows[words.member][words.owner], change, group.tenants.size());
    }
  }
  return all;
}

}  // namespace acctl

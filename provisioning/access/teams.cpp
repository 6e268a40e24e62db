#include "provisioning/access/teams.hpp"

#include "provisioning/access/teams.sql.hpp"

namespace acctl {

std::vector<TeamSummary> list_teams(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::team_list, {null_if_empty(key)});
  std::vector<TeamSummary> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.key = text(0),
                   .name = text(1),
                   .description = text(2),
                   .assignment = text(3),
                   .capacity = rows.optional_integer(row, 4),
                   .notify = rows.boolean(row, 5),
                   .manager = text(6),
                   .members = rows.integer(row, 7)});
  }
  return all;
}

std::vector<Member> members_of_team(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::members_of_team, {key});
  std::vector<Member> all = members_in(rows);
  for (int row = 0; row < rows.size(); ++row) all[static_cast<std::size_t>(row)].until = rows.text(row, 2);
  return all;
}

std::vector<Member> members_in(const Rows& rows) {
  std::vector<Member> all;
  for (int row = 0; row < rows.size(); ++row) {
    all.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1))});
  }
  return all;
}

}  // namespace acctl

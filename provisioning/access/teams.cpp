#include "provisioning/access/teams.hpp"

#include "provisioning/access/teams.sql.hpp"

namespace acctl {

std::vector<TeamSummary> list_teams(Connection& tenant, const std::string& key) {
  std::vector<TeamSummary> all;
  for (const Row row : tenant.query(sql::team_list, {null_if_empty(key)})) {
    all.push_back({.key = row.text(0),
                   .name = row.text(1),
                   .description = row.text(2),
                   .assignment = row.text(3),
                   .capacity = row.optional_integer(4),
                   .notify = row.boolean(5),
                   .manager = row.text(6),
                   .members = row.integer(7)});
  }
  return all;
}

std::vector<Member> members_of_team(Connection& tenant, const std::string& key) {
  std::vector<Member> all;
  for (const Row row : tenant.query(sql::members_of_team, {key})) {
    all.push_back({.email = row.text(0), .status = row.text(1), .until = row.text(2)});
  }
  return all;
}

std::vector<Member> members_in(const Rows& rows) {
  std::vector<Member> all;
  for (const Row row : rows) {
    all.push_back({row.text(0), row.text(1)});
  }
  return all;
}

}  // namespace acctl

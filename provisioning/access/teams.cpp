#include "provisioning/access/teams.hpp"

#include "provisioning/access/teams.sql.hpp"
#include "provisioning/database/records.hpp"

namespace acctl {

std::vector<TeamSummary> list_teams(Connection& tenant, const std::string& key) {
  return read_records<TeamSummary>(tenant.query(sql::team_list, {null_if_empty(key)}));
}

std::vector<Member> members_of_team(Connection& tenant, const std::string& key) {
  return read_records<Member>(tenant.query(sql::members_of_team, {key}));
}

}  // namespace acctl

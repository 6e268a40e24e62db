#include "commands/team/team.hpp"
#include "provisioning/access/membership_ends.hpp"
#include "provisioning/access/teams.hpp"

namespace acctl {

namespace {

constexpr RecordColumn team_show_columns[] = {{"key", "/key"},
                                              {"tenant", "/tenant"},
                                              {"name", "/name"},
                                              {"description", "/description"},
                                              {"assignment", "/assignment"},
                                              {"capacity", "/capacity"},
                                              {"notify", "/notify"},
                                              {"manager", "/manager"},
                                              {"members", "/members"}};

void add_team_details(const Session& session, TenantSession& database, const std::string& key,
                      nlohmann::ordered_json& record) {
  const std::vector<Member> members = members_of_team(database, key);
  const std::map<std::string, std::string> ends = membership_ends(database, key);
  nlohmann::ordered_json records = member_records(session, members);
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto end = ends.find(members[i].email);
    if (end == ends.end()) continue;
    if (wants_values(session)) {
      records[i]["until"] = end->second;
    } else {
      records[i] = records[i].get<std::string>() + " until " + end->second;
    }
  }
  record["members"] = std::move(records);
}

}  // namespace

Command team_show_command() {
  return declare_show(team_noun, "show a team and its members", team_show_columns, add_team_details)
      .describe("Shows a team with how its work is assigned, and its members.")
      .example("acctl team show tier-1 -t acme", "See how the team gets work, and who is in it.");
}

}  // namespace acctl

#include "commands/team/team.hpp"
#include "provisioning/access/teams.hpp"

namespace acctl {

namespace {

void add_team_details(const Session& session, TenantSession& database, const std::string& key,
                      nlohmann::ordered_json& record) {
  record["members"] = member_records(session, members_of_team(database, key));
}

}  // namespace

Command team_show_command() {
  return declare_show(
             team_noun, "show a team and its members",
             {"key", "tenant", "name", "description", "assignment", "capacity", "notify", "manager", "members"},
             add_team_details)
      .describe("Shows a team with how its work is assigned, and its members.")
      .example("acctl team show tier-1 -t acme", "See how the team gets work, and who is in it.");
}

}  // namespace acctl

#include "commands/team/team.hpp"

namespace acctl {

namespace {

struct ShowTeam {
  std::string key;
};

int run(Session& session, const ShowTeam& options) {
  return show_object(session, team_noun, options.key,
                     {{"key", "/key"},
                      {"tenant", "/tenant"},
                      {"name", "/name"},
                      {"description", "/description"},
                      {"assignment", "/assignment"},
                      {"capacity", "/capacity"},
                      {"notify", "/notify"},
                      {"manager", "/manager"},
                      {"members", "/members"}},
                     list_teams, [&](Platform&, const Tenant& tenant, Connection& database, const TeamSummary& team) {
                       nlohmann::ordered_json record = to_json(team, tenant);
                       record["members"] = member_records(session, members_of_team(database, team.key));
                       return record;
                     });
}

}  // namespace

Command team_show_command() {
  return command<ShowTeam>("show", "show a team and its members", run)
      .describe("Shows a team with how its work is assigned, and its members.")
      .argument("TEAM", "key of the team", &ShowTeam::key)
      .example("acctl team show tier-1 -t acme", "Settings and members.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include "commands/team/team.hpp"

namespace acctl {

namespace {

struct ListTeams {
  std::vector<std::string> exclude;
};

int run(Session& session, const ListTeams& options) {
  return list_records(session, options.exclude,
                      {{"KEY", "/key"},
                       {"TENANT", "/tenant"},
                       {"NAME", "/name"},
                       {"ASSIGNMENT", "/assignment"},
                       {"CAPACITY", "/capacity"},
                       {"MEMBERS", "/members"},
                       {"MANAGER", "/manager"}},
                      [](RecordWriter& out, Platform&, const Tenant& tenant, Connection& database) {
                        for (const TeamSummary& team : list_teams(database)) out.add(to_json(team, tenant));
                      });
}

}  // namespace

Command team_list_command() {
  return command<ListTeams>("list", "list teams", run)
      .describe("Lists teams with how their work is assigned and the number of their members.")
      .with(exclude_option, &ListTeams::exclude)
      .example("acctl team list -t acme", "All teams.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include "commands/team/team.hpp"

#include "commands/commands.hpp"
#include "provisioning/access/team_edits.hpp"
#include "provisioning/access/teams.hpp"

namespace acctl {

namespace {

constexpr FieldOption team_fields[] = {
    {.field = "name", .help = "display name"},
    {.field = "description", .help = "work of the team, in one sentence"},
    {.field = "assignment", .help = "how work of the team is assigned to members"},
    {.field = "capacity", .help = "maximum open tickets and items per member", .unset = "no limit"},
    {.field = "notify", .help = "whether members are notified of new work"},
};

// Teams are not replaced by others: their members remain users.
void remove_teams(State& state, const std::vector<std::string>& keys, const std::string&, Notes& notes) {
  delete_teams(state, keys, notes);
}

nlohmann::ordered_json to_json(const TeamSummary& team, const Tenant& tenant) {
  return {{"key", team.key},
          {"name", team.name},
          {"description", or_null(team.description)},
          {"assignment", team.assignment},
          {"capacity", team.capacity ? nlohmann::ordered_json(*team.capacity) : nlohmann::ordered_json()},
          {"notify", team.notify},
          {"members", team.members},
          {"manager", or_null(team.manager)},
          {"tenant", tenant.slug}};
}

std::vector<nlohmann::ordered_json> read_teams(Platform&, const Tenant& tenant, TenantSession& database,
                                               const std::string& key) {
  std::vector<nlohmann::ordered_json> all;
  for (const TeamSummary& one : list_teams(database, key)) all.push_back(to_json(one, tenant));
  return all;
}

}  // namespace

constinit const ObjectNoun team_noun = {
    .name = "team",
    .kind = "teams",
    .argument = "TEAM",
    .fields = team_fields,
    .concerned = &Scope::teams,
    .remove = remove_teams,
    .read = read_teams,
};

Command team_command() {
  return command_group("team", "manage teams and their members", R"(
Teams determine who receives work, roles determine what a user is allowed to do; they are independent of
each other. A user can be in several teams.)",
                       {team_list_command, team_show_command, team_create_command, team_edit_command,
                        team_delete_command, team_add_command, team_remove_command});
}

}  // namespace acctl

// team list and team show.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/team/team.hpp"
#include "provisioning/access/teams.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const TeamSummary& team, const Tenant& tenant) {
  return {{"key", team.key},
          {"name", team.name},
          {"description", or_null(team.description)},
          {"assignment", team.assignment},
          {"capacity", team.capacity ? Json(*team.capacity) : Json(nullptr)},
          {"notify", team.notify},
          {"members", team.members},
          {"manager", or_null(team.manager)},
          {"tenant", tenant.slug}};
}

int list(Session& session, const std::vector<std::string>& exclude) {
  RecordWriter out = session.records(Shape::many, {{"KEY", "/key"},
                                                   {"TENANT", "/tenant"},
                                                   {"NAME", "/name"},
                                                   {"ASSIGNMENT", "/assignment"},
                                                   {"CAPACITY", "/capacity"},
                                                   {"MEMBERS", "/members"},
                                                   {"MANAGER", "/manager"}});
  visit_tenants(
      session, exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database) {
        for (const TeamSummary& team : list_teams(database)) out.add(to_json(team, tenant));
      },
      [&] { out.finish(); });
  return 0;
}

int show(Session& session, const std::string& key) {
  RecordWriter out = session.records(Shape::one, {{"key", "/key"},
                                                  {"tenant", "/tenant"},
                                                  {"name", "/name"},
                                                  {"description", "/description"},
                                                  {"assignment", "/assignment"},
                                                  {"capacity", "/capacity"},
                                                  {"notify", "/notify"},
                                                  {"manager", "/manager"},
                                                  {"members", "/members"}});
  visit_only_tenant(session, [&](Platform&, const Tenant& tenant, TenantSession& database) {
    const std::vector<TeamSummary> found = list_teams(database, key);
    if (found.empty()) throw_unknown("team", key, list_teams(database));
    Json record = to_json(found.front(), tenant);
    record["members"] = member_records(session, members_of_team(database, key));
    out.add(record);
  });
  out.finish();
  return 0;
}

}  // namespace

Command team_list_command() {
  auto exclude = std::make_shared<std::vector<std::string>>();
  return {
      .name = "list",
      .summary = "list the teams of a tenant",
      .description = "Lists teams with how work is assigned and the number of their members.",
      .options = {exclude_option(*exclude)},
      .examples = {{"acctl team list -t acme", "All of them."}},
      .trail = Trail::nothing,
      .run = [exclude](Session& session) { return list(session, *exclude); },
      .storage = exclude,
  };
}

Command team_show_command() {
  auto key = std::make_shared<std::string>();
  return {
      .name = "show",
      .summary = "show a team and its members",
      .description = "Shows a team with how work reaches its members, and who they are.",
      .arguments = {{.name = "TEAM", .help = "key of the team", .target = key.get()}},
      .examples = {{"acctl team show tier-1 -t acme", "Who is in it."}},
      .trail = Trail::nothing,
      .run = [key](Session& session) { return show(session, *key); },
      .storage = key,
  };
}

Command team_command() {
  return {
      .name = "team",
      .summary = "who gets work together",
      .description =
          "Teams say who gets work, roles say what one may do; neither follows from the other. A user can be in "
          "several "
          "teams.",
      .subcommands = {team_list_command(), team_show_command(), team_create_command(), team_edit_command(),
                      team_delete_command(), team_add_command(), team_remove_command()},
  };
}

}  // namespace acctl

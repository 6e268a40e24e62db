#include "commands/team/team.hpp"

namespace acctl {

namespace {

constexpr RecordColumn team_list_columns[] = {
    {"KEY", "/key"},           {"TENANT", "/tenant"},   {"NAME", "/name"},      {"ASSIGNMENT", "/assignment"},
    {"CAPACITY", "/capacity"}, {"MEMBERS", "/members"}, {"MANAGER", "/manager"}};

}  // namespace

Command team_list_command() {
  return declare_list(team_noun, "list teams", team_list_columns)
      .describe("Lists teams with how their work is assigned and the number of their members.")
      .example("acctl team list -t acme", "All teams.");
}

}  // namespace acctl

#include "provisioning/access/team_edits.hpp"

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

void add_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                 const std::string& until, const SuggestUsers& near, Notes& notes) {
  require_object(state, "teams", team);
  require_usable_users(state, emails, near);
  for (const std::string& email : emails) {
    const auto [member, fresh] = state["team_members"].try_emplace(edge_key(team, email));
    auto& fields = member->second.fields;
    if (until.empty()) {
      if (fields.erase("until") > 0) notes.add(email + " was in team " + team + " temporarily and now is permanently");
    } else if (fresh || fields.contains("until")) {
      fields["until"] = until;
    } else {
      notes.add(email + " already is in team " + team + " permanently; --until changes nothing");
    }
  }
}

void remove_members(State& state, const std::string& team, const std::vector<std::string>& emails,
                    const SuggestUsers& near) {
  require_object(state, "teams", team);
  require_users(state, emails, near);
  for (const std::string& email : emails) state["team_members"].erase(edge_key(team, email));
}

void delete_teams(State& state, const std::vector<std::string>& keys, Notes& notes) {
  for (const std::string& key : present_keys(state, "teams", keys, notes)) remove_object(state, "teams", key);
}

}  // namespace acctl

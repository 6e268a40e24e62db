#include "provisioning/access/memberships.hpp"

#include <algorithm>

#include "provisioning/model/kinds.hpp"

namespace acctl {

Memberships::Memberships(const State& state) {
  const EdgeKind& edge = *find_edge_kind("team_members");
  if (const auto found = state.find("team_members"); found != state.end()) members_ = found->second;
  const Objects& members = members_;
  by_user_.reserve(members.size());
  for (const auto& [key, member] : members) {
    const std::size_t team = split_edge(edge, key).first.size();
    by_user_.emplace_back(std::string_view(key).substr(team + 1), std::string_view(key).substr(0, team));
  }
  std::ranges::sort(by_user_);
}

std::vector<std::string> Memberships::find_teams(const std::string& email) const {
  std::vector<std::string> teams;
  const auto first = std::ranges::lower_bound(by_user_, std::pair(std::string_view(email), std::string_view()));
  for (auto at = first; at != by_user_.end() && at->first == email; ++at) teams.emplace_back(at->second);
  return teams;
}

}  // namespace acctl

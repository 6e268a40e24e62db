// Reads the teams of a tenant and their members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"

namespace acctl {

struct TeamSummary {
  std::string key;
  std::string name;
  std::string description;
  std::string assignment;
  std::optional<std::int64_t> capacity;
  bool notify = true;
  std::string manager;
  std::int64_t members = 0;
};

// By key; `key`: only this one, "" for all.
std::vector<TeamSummary> list_teams(Connection& tenant, const std::string& key = "");

struct Member {
  std::string email;
  std::string status;
  std::string until = {};  // RFC 3339, UTC; "" for ever
};
std::vector<Member> members_of_team(Connection& tenant, const std::string& key);

}  // namespace acctl

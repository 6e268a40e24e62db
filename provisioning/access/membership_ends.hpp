// Reads when members of a team leave it.
#pragma once

#include <map>
#include <string>

#include "provisioning/database/connection.hpp"

namespace acctl {

// Of the team `key`, by e-mail address: the ends of those who are members for a time, RFC 3339 in UTC.
std::map<std::string, std::string> membership_ends(Connection& tenant, const std::string& key);

}  // namespace acctl

// Users as records of standard output, for `user list` and `user show`.
#pragma once

#include <nlohmann/json.hpp>

#include "provisioning/access/user_queries.hpp"

namespace acctl {

// Members that are not set are null.
nlohmann::ordered_json to_json(const UserRecord& user);

}  // namespace acctl

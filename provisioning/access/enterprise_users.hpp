// Lists the users of a tenant with their roles, for the view over all tenants of an enterprise.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"

namespace acctl {

struct TenantUser {
  std::string email;
  std::string name;
  std::string status;
  std::vector<std::string> roles;
  std::string role_template;
  std::int64_t api_keys = 0;    // that can be used
  std::string last_sign_in_at;  // RFC 3339, UTC; "" for never
};

// By address.
std::vector<TenantUser> users_of_tenant(Connection& tenant);

}  // namespace acctl

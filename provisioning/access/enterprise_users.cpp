#include "provisioning/access/enterprise_users.hpp"

#include "provisioning/access/enterprise_users.sql.hpp"

namespace acctl {

std::vector<TenantUser> users_of_tenant(Connection& tenant) {
  std::vector<TenantUser> all;
  for (const Row row : tenant.query(sql::users_of_enterprise)) {
    all.push_back({.email = row.text(0),
                   .name = row.text(1),
                   .status = row.text(2),
                   .roles = row.list(3),
                   .role_template = row.text(4),
                   .api_keys = row.integer(5),
                   .last_sign_in_at = row.text(6)});
  }
  return all;
}

}  // namespace acctl

#include "provisioning/access/enterprise_users.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/enterprise_users.sql.hpp"

namespace acctl {

std::vector<TenantUser> users_of_tenant(Connection& tenant) {
  const Rows rows = tenant.query(sql::users_of_enterprise);
  std::vector<TenantUser> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.email = text(0),
                   .name = text(1),
                   .status = text(2),
                   .roles = nlohmann::json::parse(rows.text(row, 3)),
                   .role_template = text(4),
                   .api_keys = rows.integer(row, 5),
                   .last_sign_in_at = text(6)});
  }
  return all;
}

}  // namespace acctl

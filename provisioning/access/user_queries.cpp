#include "provisioning/access/user_queries.hpp"

#include "provisioning/access/user_queries.sql.hpp"
#include "provisioning/database/records.hpp"

namespace acctl {

namespace {

std::set<std::string> first_column(const Rows& rows) {
  std::set<std::string> all;
  for (const Row row : rows) all.emplace(row.view(0));
  return all;
}

}  // namespace

std::vector<UserRecord> list_users(Connection& tenant, const UserFilter& filter) {
  return read_records<UserRecord>(tenant.query(
      sql::user_list, {null_if_empty(filter.email), null_if_empty(filter.status), null_if_empty(filter.role),
                       null_if_empty(filter.team), filter.inactive_ms, null_if_empty(filter.invitation),
                       null_if_empty(filter.permission.permission), null_if_empty(filter.permission.level)}));
}

bool is_admin(Connection& tenant, const std::string& email) {
  return tenant.query(sql::user_is_admin, {email}).boolean(0, 0);
}

std::set<std::string> signed_up(Connection& tenant, const std::vector<std::string>& emails) {
  return first_column(tenant.query(sql::users_signed_up, {text_array(emails)}));
}

std::set<std::string> listed_by_directory(Connection& tenant, const std::vector<std::string>& emails) {
  return first_column(tenant.query(sql::users_listed_by_directory, {text_array(emails)}));
}

std::vector<TenantUser> users_of_tenant(Connection& tenant) {
  return read_records<TenantUser>(tenant.query(sql::users_of_enterprise));
}

}  // namespace acctl

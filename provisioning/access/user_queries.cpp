#include "provisioning/access/user_queries.hpp"

#include "provisioning/access/user_queries.sql.hpp"

namespace acctl {

namespace {

std::set<std::string> first_column(const Rows& rows) {
  std::set<std::string> all;
  for (const Row row : rows) all.emplace(row.view(0));
  return all;
}

}  // namespace

std::vector<UserRecord> list_users(Connection& tenant, const UserFilter& filter) {
  std::vector<UserRecord> all;
  for (const Row row : tenant.query(
           sql::user_list, {null_if_empty(filter.email), null_if_empty(filter.status), null_if_empty(filter.role),
                            null_if_empty(filter.team), filter.inactive_ms, null_if_empty(filter.invitation),
                            null_if_empty(filter.permission.permission), null_if_empty(filter.permission.level)})) {
    UserRecord& user = all.emplace_back();
    user.email = row.text(0);
    user.name = row.text(1);
    user.status = row.text(2);
    user.roles = row.list(3);
    user.role_template = row.text(4);
    user.permissions = row.list(5);
    user.teams = row.list(6);
    user.crm_access = row.boolean(7);
    user.idp = row.text(8);
    user.session_hours = row.optional_integer(9);
    user.last_sign_in_at = row.text(10);
    user.invited_at = row.text(11);
    user.invitation = row.text(12);
    user.invitation_expires_at = row.text(13);
    user.api_keys = row.list(14);
  }
  return all;
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

}  // namespace acctl

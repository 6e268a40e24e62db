#include "provisioning/access/user_queries.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/user_queries.sql.hpp"

namespace acctl {

namespace {

std::vector<std::string> words(const Rows& rows, int row, int column) {
  if (rows.is_null(row, column)) return {};
  return nlohmann::json::parse(rows.text(row, column)).get<std::vector<std::string>>();
}

std::set<std::string> first_column(const Rows& rows) {
  std::set<std::string> all;
  for (int row = 0; row < rows.size(); ++row) all.emplace(rows.text(row, 0));
  return all;
}

}  // namespace

std::vector<UserRecord> list_users(Connection& tenant, const UserFilter& filter) {
  const Rows rows = tenant.query(sql::user_list,
                                 {null_if_empty(filter.email), null_if_empty(filter.status), null_if_empty(filter.role),
                                  null_if_empty(filter.team), filter.inactive_ms, null_if_empty(filter.invitation),
                                  null_if_empty(filter.permission.permission), null_if_empty(filter.permission.level)});
  std::vector<UserRecord> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    UserRecord& user = all.emplace_back();
    user.email = text(0);
    user.name = text(1);
    user.status = text(2);
    user.roles = words(rows, row, 3);
    user.role_template = text(4);
    user.permissions = words(rows, row, 5);
    user.teams = words(rows, row, 6);
    user.crm_access = rows.boolean(row, 7);
    user.idp = text(8);
    user.session_hours = rows.optional_integer(row, 9);
    user.last_sign_in_at = text(10);
    user.invited_at = text(11);
    user.invitation = text(12);
    user.invitation_expires_at = text(13);
    user.api_keys = words(rows, row, 14);
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

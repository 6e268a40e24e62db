#include "provisioning/access/roles.hpp"

#include "provisioning/access/roles.sql.hpp"

namespace acctl {

namespace {

std::vector<RoleHolding> holdings_in(const Rows& rows) {
  std::vector<RoleHolding> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.role = text(0), .email = text(1), .status = text(2), .since = text(3), .until = text(4)});
  }
  return all;
}

std::vector<HeldPermission> permissions_in(const Rows& rows) {
  std::vector<HeldPermission> all;
  for (int row = 0; row < rows.size(); ++row) {
    all.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1))});
  }
  return all;
}

}  // namespace

std::vector<RoleSummary> list_roles(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::role_list, {null_if_empty(key)});
  std::vector<RoleSummary> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.key = text(0),
                   .name = text(1),
                   .description = text(2),
                   .scope = text(3),
                   .system = rows.boolean(row, 4),
                   .everything = rows.boolean(row, 5),
                   .manager = text(6),
                   .session_hours = rows.optional_integer(row, 9),
                   .permissions = rows.integer(row, 7),
                   .holders = rows.integer(row, 8)});
  }
  return all;
}

std::string displayed_name(const RoleSummary& role, bool stands_alone) {
  const bool chief = role.system && role.everything && role.scope == "organization";
  return chief && stands_alone ? "Admin" : role.name;
}

std::vector<HeldPermission> permissions_of_role(Connection& tenant, const std::string& key) {
  return permissions_in(tenant.query(sql::permissions_of_role, {key}));
}

std::vector<RoleHolding> holders_of_role(Connection& tenant, const std::string& key) {
  return holdings_in(tenant.query(sql::role_holdings, {key, std::nullopt}));
}

std::vector<RoleHolding> expiring_holdings(Connection& tenant, std::chrono::milliseconds time) {
  return holdings_in(tenant.query(sql::role_holdings, {std::nullopt, std::int64_t{time.count()}}));
}

std::vector<TemplateOverlap> overlapping_templates(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::overlapping_templates, {key});
  std::vector<TemplateOverlap> all;
  for (int row = 0; row < rows.size(); ++row) {
    all.push_back({std::string(rows.text(row, 0)), rows.integer(row, 1), rows.integer(row, 2)});
  }
  return all;
}

std::vector<RoleTemplateSummary> list_role_templates(Connection& tenant, const std::string& key) {
  const Rows rows = tenant.query(sql::role_template_list, {null_if_empty(key)});
  std::vector<RoleTemplateSummary> all;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    all.push_back({.key = text(0),
                   .name = text(1),
                   .description = text(2),
                   .manager = text(3),
                   .permissions = rows.integer(row, 4),
                   .holders = rows.integer(row, 5)});
  }
  return all;
}

std::vector<HeldPermission> permissions_of_role_template(Connection& tenant, const std::string& key) {
  return permissions_in(tenant.query(sql::permissions_of_role_template, {key}));
}

std::vector<Member> holders_of_role_template(Connection& tenant, const std::string& key) {
  return members_in(tenant.query(sql::holders_of_role_template, {key}));
}

}  // namespace acctl

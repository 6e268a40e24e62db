#include "provisioning/access/roles.hpp"

#include "provisioning/access/roles.sql.hpp"

namespace acctl {

namespace {

std::vector<RoleHolding> holdings_in(const Rows& rows) {
  std::vector<RoleHolding> all;
  for (const Row row : rows) {
    all.push_back(
        {.role = row.text(0), .email = row.text(1), .status = row.text(2), .since = row.text(3), .until = row.text(4)});
  }
  return all;
}

std::vector<HeldPermission> permissions_in(const Rows& rows) {
  std::vector<HeldPermission> all;
  for (const Row row : rows) {
    all.push_back({row.text(0), row.text(1)});
  }
  return all;
}

}  // namespace

std::vector<RoleSummary> list_roles(Connection& tenant, const std::string& key) {
  std::vector<RoleSummary> all;
  for (const Row row : tenant.query(sql::role_list, {null_if_empty(key)})) {
    all.push_back({.key = row.text(0),
                   .name = row.text(1),
                   .description = row.text(2),
                   .scope = row.text(3),
                   .system = row.boolean(4),
                   .everything = row.boolean(5),
                   .manager = row.text(6),
                   .session_hours = row.optional_integer(9),
                   .permissions = row.integer(7),
                   .holders = row.integer(8)});
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
  std::vector<TemplateOverlap> all;
  for (const Row row : tenant.query(sql::overlapping_templates, {key})) {
    all.push_back({row.text(0), row.integer(1), row.integer(2)});
  }
  return all;
}

std::vector<RoleTemplateSummary> list_role_templates(Connection& tenant, const std::string& key) {
  std::vector<RoleTemplateSummary> all;
  for (const Row row : tenant.query(sql::role_template_list, {null_if_empty(key)})) {
    all.push_back({.key = row.text(0),
                   .name = row.text(1),
                   .description = row.text(2),
                   .manager = row.text(3),
                   .permissions = row.integer(4),
                   .holders = row.integer(5)});
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

#include "provisioning/access/roles.hpp"

#include "provisioning/access/roles.sql.hpp"
#include "provisioning/database/records.hpp"

namespace acctl {

std::vector<RoleSummary> list_roles(Connection& tenant, const std::string& key) {
  return read_records<RoleSummary>(tenant.query(sql::role_list, {null_if_empty(key)}));
}

std::string displayed_name(const RoleSummary& role, bool stands_alone) {
  const bool chief = role.system && role.everything && role.scope == "organization";
  return chief && stands_alone ? "Admin" : role.name;
}

std::vector<HeldPermission> permissions_of_role(Connection& tenant, const std::string& key) {
  return read_records<HeldPermission>(tenant.query(sql::permissions_of_role, {key}));
}

std::vector<RoleHolding> holders_of_role(Connection& tenant, const std::string& key) {
  return read_records<RoleHolding>(tenant.query(sql::role_holdings, {key, std::nullopt}));
}

std::vector<RoleHolding> expiring_holdings(Connection& tenant, std::chrono::milliseconds time) {
  return read_records<RoleHolding>(tenant.query(sql::role_holdings, {std::nullopt, std::int64_t{time.count()}}));
}

std::vector<TemplateOverlap> overlapping_templates(Connection& tenant, const std::string& key) {
  return read_records<TemplateOverlap>(tenant.query(sql::overlapping_templates, {key}));
}

std::vector<RoleTemplateSummary> list_role_templates(Connection& tenant, const std::string& key) {
  return read_records<RoleTemplateSummary>(tenant.query(sql::role_template_list, {null_if_empty(key)}));
}

std::vector<HeldPermission> permissions_of_role_template(Connection& tenant, const std::string& key) {
  return read_records<HeldPermission>(tenant.query(sql::permissions_of_role_template, {key}));
}

std::vector<Member> holders_of_role_template(Connection& tenant, const std::string& key) {
  return read_records<Member>(tenant.query(sql::holders_of_role_template, {key}));
}

}  // namespace acctl

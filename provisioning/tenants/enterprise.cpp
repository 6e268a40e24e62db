#include "provisioning/tenants/enterprise.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/pack_state.hpp"
#include "provisioning/access/permission_words.hpp"
#include "provisioning/model/formats.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

// `to` "" for none.
void move(Platform& platform, Tenant& tenant, const std::string& to) {
  const auto json = [](const std::string& key) {
    return nlohmann::json{{"enterprise", key.empty() ? nlohmann::json() : nlohmann::json(key)}}.dump();
  };
  begin_run(platform, tenant);
  Transaction transaction(platform.control());
  const Param target = to.empty() ? Param(std::nullopt) : Param(to);
  if (transaction.query(sql::set_tenant_enterprise, {tenant.id, tenant.epoch, target, tenant.enterprise}).empty()) {
    throw_overtaken(tenant);
  }
  record_audit(transaction, platform, tenant, "tenant.enterprise", "done", json(tenant.enterprise.value_or("")),
               json(to));
  transaction.commit();
}

[[noreturn]] void throw_elsewhere(const Tenant& tenant) {
  throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is in enterprise " + *tenant.enterprise,
              "Take it out there first: acctl enterprise remove-tenant " + *tenant.enterprise + " " + tenant.slug);
}

std::string chief_role_of(const std::string& pack) {
  const State state = state_of_pack(pack);
  const auto roles = state.find("roles");
  if (roles == state.end()) return {};
  for (const auto& [key, role] : roles->second) {
    const auto scope = role.fields.find("scope");
    const bool enterprise = scope != role.fields.end() && scope->second == "enterprise";
    if (enterprise && permissions_of(state, "roles", key).contains("*")) return key;
  }
  return {};
}

}  // namespace

bool join_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (tenant.enterprise == enterprise) return false;
  if (tenant.enterprise) throw_elsewhere(tenant);
  move(platform, tenant, enterprise);
  return true;
}

bool leave_enterprise(Platform& platform, const std::string& slug, const std::string& enterprise) {
  const TenantLock lock(platform, slug);
  Tenant tenant = require_tenant(platform, slug);
  if (!tenant.enterprise) return false;
  if (tenant.enterprise != enterprise) throw_elsewhere(tenant);
  move(platform, tenant, "");
  return true;
}

void appoint_founder(Platform& platform, const std::string& enterprise) {
  const Rows first = platform.control().query(sql::first_tenant_of_enterprise, {enterprise});
  if (first.empty()) return;
  const std::string email = normal_key(KeyForm::email, std::string(first.text(0, 0)));
  found_enterprise(platform, enterprise, email, chief_role_of(std::string(first.text(0, 1))));
}

WantedGrants wanted_grants(Platform& platform, const std::string& enterprise) {
  WantedGrants wanted;
  for (const EnterpriseGrant& grant : enterprise_grants(platform, enterprise)) {
    wanted.emails.push_back(grant.email);
    wanted.roles.push_back(grant.role);
  }
  return wanted;
}

void seed_grants(const WantedGrants& wanted, Tenant& tenant, Connection& database) {
  if (wanted.emails.empty()) return;
  TextArray emails;
  TextArray roles;
  for (const std::string& email : wanted.emails) emails.add(email);
  for (const std::string& role : wanted.roles) roles.add(role);
  const Rows seats =
      database.query(sql::seed_enterprise_grants, {emails.literal(), roles.literal(), tenant.id, tenant.epoch});
  if (seats.empty()) throw_overtaken(tenant);
  tenant.seats_used = seats.integer(0, 0);
}

}  // namespace acctl

#include "provisioning/tenants/enterprise.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/access/permission_words.hpp"
#include "provisioning/access/user_queries.sql.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise.sql.hpp"
#include "provisioning/tenants/enterprise_keys.hpp"
#include "provisioning/tenants/enterprise_people.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

// `to` "" for none.
void move(Platform& platform, Tenant& tenant, const std::string& to) {
  const auto json = [](const std::string& key) {
    return nlohmann::json{{"enterprise", key.empty() ? nlohmann::json() : nlohmann::json(key)}}.dump();
  };
  begin_run(platform, tenant);
  Transaction transaction(platform.control());
  const Param target = null_if_empty(to);
  if (transaction.query(sql::set_tenant_enterprise, {tenant.id, tenant.epoch, target, tenant.enterprise}).empty()) {
    throw_overtaken(tenant);
  }
  record_audit(transaction, platform, tenant, "tenant.enterprise", "done", json(tenant.enterprise.value_or("")),
               json(to));
  transaction.commit();
}

[[noreturn]] void throw_elsewhere(const Tenant& tenant) {
  throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is in enterprise " + *tenant.enterprise,
              "Remove it there first: acctl enterprise remove-tenant " + *tenant.enterprise + " " + tenant.slug);
}

std::string find_chief_role(const std::string& pack) {
  const State state = state_of_pack(pack);
  for (const auto& [key, role] : all_of_kind(state, "roles")) {
    if (has_value(role, "scope", "enterprise") && find_permissions(state, "roles", key).contains("*")) return key;
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

namespace {

// The only active admin of a tenant, "" if there is not exactly one.
std::string only_admin(const TenantSession& database) {
  const Rows rows = database->query(sql::active_admins);
  return rows.size() == 1 ? std::string(rows.text(0, 0)) : "";
}

// The tenant that is the enterprise's first one, once `joining` are in it.
std::optional<Tenant> first_tenant(Platform& platform, const std::string& enterprise,
                                   const std::vector<std::string>& joining) {
  const Rows first = platform.control().query(sql::first_tenant_of_enterprise, {enterprise});
  if (!first.empty()) return require_tenant(platform, std::string(first.text(0, 2)));
  if (joining.empty()) return std::nullopt;
  std::vector<Tenant> tenants = list_tenants(platform, {.slugs = joining});
  if (tenants.empty()) return std::nullopt;
  return *std::ranges::min_element(tenants, {}, [](const Tenant& one) { return std::pair(one.created_at, one.slug); });
}

}  // namespace

Founder propose_founder(Platform& platform, const std::string& enterprise, const std::vector<std::string>& joining) {
  if (!read_founder(platform, enterprise).empty()) return {};
  const std::optional<Tenant> first = first_tenant(platform, enterprise, joining);
  if (!first) return {};
  Founder founder{.email = normal_key(KeyForm::email, first->admin_email),
                  .tenant = first->slug,
                  .role = find_chief_role(first->pack)};
  if (founder.role.empty()) return {};
  if (first->status != "active" && first->status != "suspended") {
    // One that is being made appoints its administrator itself, if they are still there by then.
    founder.email.clear();
    founder.why_not = "tenant " + first->slug + ", its first one, is " + first->status;
    return founder;
  }
  const auto database = enter(platform, *first);
  if (database->query(sql::active_admin, {founder.email}).boolean(0, 0)) return founder;
  const std::string other = only_admin(database);
  if (other.empty()) {
    founder.why_not = founder.email + ", for whom tenant " + first->slug + " was created, is not an active admin there";
  }
  founder.email = other;
  return founder;
}

void appoint_founder(Platform& platform, const Tenant& tenant, Connection& database) {
  const std::string& enterprise = *tenant.enterprise;
  const Rows first = platform.control().query(sql::first_tenant_of_enterprise, {enterprise});
  if (first.empty() || first.text(0, 2) != tenant.slug) return;
  const std::string email = normal_key(KeyForm::email, tenant.admin_email);
  if (!database.query(sql::user_is_admin, {email}).boolean(0, 0)) return;  // deleted or suspended since
  found_enterprise(platform, enterprise, email, find_chief_role(tenant.pack));
}

Founder foresee_founder(Platform& platform, const Tenant& tenant) {
  const std::string& enterprise = *tenant.enterprise;
  if (!read_founder(platform, enterprise).empty()) return {};
  const Rows first = platform.control().query(sql::first_tenant_of_enterprise, {enterprise});
  if (!first.empty() && first.text(0, 2) != tenant.slug) return {};
  return {.email = normal_key(KeyForm::email, tenant.admin_email), .role = find_chief_role(tenant.pack)};
}

std::set<std::string> find_founding(Platform& platform, const std::vector<TenantRequest>& requests) {
  std::set<std::string> enterprises;
  std::set<std::string> founding;
  for (const TenantRequest& request : requests) {
    if (request.enterprise.empty() || !enterprises.insert(request.enterprise).second) continue;
    if (!read_founder(platform, request.enterprise).empty()) continue;
    const Rows first = platform.control().query(sql::first_tenant_of_enterprise, {request.enterprise});
    founding.insert(first.empty() ? request.slug : std::string(first.text(0, 2)));
  }
  return founding;
}

GrantList recorded_grants(Platform& platform, const std::string& enterprise) {
  GrantList all;
  for (const EnterpriseGrant& grant : enterprise_grants(platform, enterprise)) {
    all.emplace_back(grant.person, grant.role);
  }
  return all;
}

namespace {

// Who of the people of these grants is suspended in a tenant of the enterprise. Known once for a run of acctl: a
// thousand tenants that are made in one go must not each ask the others.
std::set<std::string> suspended_people(Platform& platform, const std::string& enterprise, const GrantList& grants) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, GrantList>, std::set<std::string>> known;
  if (grants.empty()) return {};
  const std::lock_guard lock(mutex);
  const std::pair key(platform.control().dsn().display() + " " + enterprise, grants);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  const EnterpriseStanding standing = read_standing(platform, enterprise);
  std::set<std::string> suspended;
  for (const auto& [person, role] : grants) {
    if (standing.is_suspended(person)) suspended.insert(person);
  }
  known.emplace(key, suspended);
  return suspended;
}

}  // namespace

WantedGrants wanted_grants(Platform& platform, const std::string& enterprise) {
  WantedGrants wanted;
  wanted.keys = enterprise_keys(platform, enterprise);
  const std::vector<EnterpriseGrant> grants = enterprise_grants(platform, enterprise);
  GrantList list;
  for (const EnterpriseGrant& grant : grants) list.emplace_back(grant.person, grant.role);
  const std::set<std::string> suspended = suspended_people(platform, enterprise, list);
  for (const EnterpriseGrant& grant : grants) {
    if (suspended.contains(grant.person)) continue;
    wanted.emails.push_back(grant.email);
    wanted.roles.push_back(grant.role);
    wanted.people.push_back(grant.person);
  }
  return wanted;
}

void seed_grants(const WantedGrants& wanted, const Actor& actor, Tenant& tenant, Connection& database) {
  const Rows seats =
      database.query(sql::seed_enterprise_grants,
                     {text_array(wanted.emails), text_array(wanted.roles), text_array(wanted.people), tenant.id,
                      tenant.epoch, actor.run, "tenant create", actor.name, actor.origin, actor.reason});
  if (seats.empty()) throw_overtaken(tenant);
  tenant.seats_used = seats.integer(0, 0);
  settle_enterprise_keys(database, wanted.keys);
}

}  // namespace acctl

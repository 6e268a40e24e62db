#include "provisioning/tenants/departures.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/offboarding.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/departures.sql.hpp"
#include "provisioning/tenants/enterprise_people.sql.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

RunRecord resume_record(const Actor& actor) {
  RunRecord record{.run = actor.run, .at = {}, .command = "tenant resume", .outcome = "done", .actor = actor.name};
  record.origin = actor.origin;
  record.reason = actor.reason;
  return record;
}

// The users of the tenant whom the registry remembers; those who lose roles and teams, too.
struct Leavers {
  std::vector<std::string> named;  // as the registry has them
  std::set<std::string> all;
  std::set<std::string> offboarded;
};

// `rows`: of departures_of_tenant.
Leavers read_leavers(const Rows& rows, TenantSession& database) {
  Leavers leavers;
  for (int row = 0; row < rows.size(); ++row) {
    const std::string& email = leavers.named.emplace_back(rows.text(row, 0));
    const std::set<std::string> people = nlohmann::json::parse(rows.text(row, 1));
    for (const std::string& user : users_of_people(database, email, people)) {
      leavers.all.insert(user);
      if (rows.boolean(row, 2)) leavers.offboarded.insert(user);
    }
  }
  return leavers;
}

Edit departure_edit(const Leavers& leavers, const RunRecord& record) {
  const std::vector<std::string> offboarded(leavers.offboarded.begin(), leavers.offboarded.end());
  Edit edit{.scope = scope_of_offboarding({leavers.all.begin(), leavers.all.end()}), .desired = {}, .guards = {}};
  // A person has said so already, for all tenants.
  edit.guards.min_admins = no_admin_required;
  edit.guards.max_removals.clear();
  edit.record = record;
  edit.for_enterprise = true;
  edit.also_alone = !offboarded.empty();
  edit.desired = [all = leavers.all, offboarded](const State& current) {
    Desired desired{.state = current, .renames = {}, .prunable = {}};
    for (const std::string& email : all) {
      if (find_object(desired.state, "users", email) != nullptr) desired.state["users"][email].status = "suspended";
    }
    offboard_users(desired.state, offboarded);
    return desired;
  };
  edit.also = [offboarded](Transaction& transaction, const Plan&, Ending) { end_ways_in(transaction, offboarded, ""); };
  return edit;
}

// What the enterprise granted before, and grants no longer.
void end_lapsed_roles(Platform& platform, const Tenant& tenant, TenantSession& database, const RunRecord& record,
                      std::vector<std::string>& ended) {
  std::vector<std::string> people;
  std::vector<std::string> roles;
  for (const EnterpriseGrant& grant : enterprise_grants(platform, *tenant.enterprise)) {
    people.push_back(grant.person);
    roles.push_back(grant.role);
  }
  Transaction transaction(database);
  const Rows gone =
      transaction.query(sql::end_enterprise_holdings, {text_array(people), record.run, record.command, record.actor,
                                                       record.origin, record.reason, false, text_array(roles)});
  transaction.commit();
  for (int row = 0; row < gone.size(); ++row) {
    const std::string_view key = gone.text(row, 0);
    const std::size_t slash = key.rfind('/');
    ended.push_back(std::string(key.substr(0, slash)) + " no longer has role " + std::string(key.substr(slash + 1)) +
                    ", which enterprise " + *tenant.enterprise + " revoked");
  }
}

}  // namespace

std::vector<std::string> defer_access_end(Platform& platform, const std::vector<Tenant>& tenants,
                                          const AccessEnd& end) {
  std::vector<std::string> ids;
  std::vector<std::string> slugs;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "deprovisioning") continue;
    ids.push_back(tenant.id);
    slugs.push_back(tenant.slug);
  }
  if (ids.empty()) return slugs;
  Transaction transaction(platform.control());
  transaction.query(sql::defer_departures, {text_array(ids), text_array(end.emails), text_array(end.people),
                                            end.roles_too, platform.actor().run});
  transaction.commit();
  return slugs;
}

std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant) {
  std::vector<std::string> ended;
  const Rows departures = platform.control().query(sql::departures_of_tenant, {tenant.id});
  if (departures.empty() && !tenant.enterprise) return ended;
  TenantSession database = enter(platform, tenant, Access::write);
  const RunRecord record = resume_record(platform.actor());
  const Leavers leavers = read_leavers(departures, database);
  if (!leavers.all.empty()) {
    const Identity identity = identity_of(platform, tenant, record.run);
    const Edit edit = departure_edit(leavers, record);
    const Planned planned = plan_edit(database, identity, edit);
    run_edit(database, identity, edit, planned.plan, planned.basis, Ending::commit, reconnect_to(platform, tenant));
    for (const std::string& email : leavers.all)
      ended.push_back(email + " left in the meantime and no longer has access");
  }
  if (tenant.enterprise) end_lapsed_roles(platform, tenant, database, record, ended);
  if (!leavers.named.empty()) {
    platform.control().query(sql::forget_departures, {tenant.id, text_array(leavers.named)});
  }
  return ended;
}

}  // namespace acctl

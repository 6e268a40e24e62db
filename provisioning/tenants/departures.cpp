#include "provisioning/tenants/departures.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/notifications.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/plan/overlay.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/departures.sql.hpp"
#include "provisioning/tenants/enterprise_keys.hpp"
#include "provisioning/tenants/enterprise_people.sql.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

RunRecord make_record(const Actor& actor, const std::string& command) {
  RunRecord record{.run = actor.run, .at = {}, .command = command, .outcome = "done", .actor = actor.name};
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
  for (const Row row : rows) {
    const std::string& email = leavers.named.emplace_back(row.view(0));
    const std::set<std::string> people = nlohmann::json::parse(row.view(1));
    for (const std::string& user : users_of_people(database, {email}, people)) {
      leavers.all.insert(user);
      if (row.boolean(2)) leavers.offboarded.insert(user);
    }
  }
  return leavers;
}

// A person has said so already, for all tenants.
Edit unguarded_edit(const std::set<std::string>& users, const RunRecord& record) {
  Edit edit{.scope = scope_of_offboarding({users.begin(), users.end()}), .desired = {}, .guards = {}};
  edit.guards.min_admins = no_admin_required;
  edit.guards.max_removals.clear();
  edit.record = record;
  edit.for_enterprise = true;
  return edit;
}

Edit departure_edit(const Leavers& leavers, const RunRecord& record) {
  const std::vector<std::string> offboarded(leavers.offboarded.begin(), leavers.offboarded.end());
  Edit edit = unguarded_edit(leavers.all, record);
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
  const Rows gone = transaction.query(sql::end_enterprise_holdings,
                                      {text_array(people), record.run, record.command, record.actor, record.origin,
                                       record.reason, false, text_array(roles), *tenant.enterprise});
  transaction.commit();
  for (const Row row : gone) {
    const std::string_view key = row.view(0);
    const std::size_t slash = key.rfind('/');
    ended.push_back(std::string(key.substr(0, slash)) + " no longer has role " + std::string(key.substr(slash + 1)) +
                    ", which enterprise " + *tenant.enterprise + " revoked");
  }
}

bool is_unfinished(const Tenant& tenant) { return tenant.status == "provisioning" || tenant.status == "failed"; }

std::vector<std::string> ids_out_of_reach(const std::vector<Tenant>& tenants) {
  std::vector<std::string> ids;
  for (const Tenant& tenant : tenants) {
    if (tenant.status == "deprovisioning" || is_unfinished(tenant)) ids.push_back(tenant.id);
  }
  return ids;
}

// The role that the administrator of a new tenant gets: the one system role of an organization that gives everything.
std::string chief_role_in(const State& state) {
  for (const auto& [key, role] : all_of_kind(state, "roles")) {
    if (!has_value(role, "system", true) || !has_value(role, "scope", "organization")) continue;
    if (find_object(state, "role_permissions", edge_key(key, "*")) != nullptr) return key;
  }
  return "";
}

void put_in(State& state, const std::string& admin, const std::string& name) {
  if (find_object(state, "users", admin) == nullptr) {
    Object& user = state["users"][admin];
    user.status = "invited";
    user.fields = {{"name", name}, {"idp", "local"}, {"crm_access", false}};
  }
  if (const std::string chief = chief_role_in(state); !chief.empty()) {
    state["user_roles"].try_emplace(edge_key(admin, chief));
  }
}

// "--name 'Acme Inc.'", as a shell reads it.
std::string name_option(const Tenant& tenant) {
  return tenant.name.find('\'') == std::string::npos ? "--name '" + tenant.name + "'" : "--name NAME";
}

}  // namespace

std::vector<PlaceOutOfReach> places_out_of_reach(const Platform& platform, const std::vector<Tenant>& tenants,
                                                 const AccessEnd& end) {
  const std::vector<std::string> ids = ids_out_of_reach(tenants);
  if (ids.empty()) return {};
  return read_records<PlaceOutOfReach>(
      platform.control().query(sql::places_out_of_reach, {text_array(ids), text_array(end.emails), end.roles_too}));
}

std::vector<std::string> defer_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                                          const AccessEnd& end) {
  std::vector<std::string> slugs;
  const std::vector<std::string> ids = ids_out_of_reach(tenants);
  if (ids.empty()) return slugs;
  Transaction transaction(platform.control());
  slugs = transaction
              .query(sql::defer_departures, {text_array(ids), text_array(end.emails), text_array(end.people),
                                             end.roles_too, platform.actor().run})
              .texts();
  if (slugs.empty()) return slugs;
  record_audit(transaction, platform.actor(), "user.leave", "done", "",
               nlohmann::json{{"emails", end.emails}, {"tenants", slugs}, {"roles_too", end.roles_too}}.dump());
  transaction.commit();
  return slugs;
}

void recall_access_end(const Platform& platform, const std::vector<Tenant>& tenants,
                       const std::vector<std::string>& emails) {
  const std::vector<std::string> ids = ids_out_of_reach(tenants);
  if (ids.empty()) return;
  platform.control().query(sql::recall_departures, {text_array(ids), text_array(emails)});
}

std::vector<Tenant> finished_since(Platform& platform, const std::vector<Tenant>& tenants) {
  std::vector<std::string> slugs;
  for (const Tenant& tenant : tenants) {
    if (is_unfinished(tenant)) slugs.push_back(tenant.slug);
  }
  if (slugs.empty()) return {};
  std::vector<Tenant> finished = list_targets(platform, {.slugs = slugs});
  std::erase_if(finished, [](const Tenant& tenant) { return tenant.status != "active"; });
  return finished;
}

std::vector<std::string> end_deferred_access(Platform& platform, const Tenant& tenant, const std::string& command) {
  std::vector<std::string> ended;
  const Rows departures = platform.control().query(sql::departures_of_tenant, {tenant.id});
  if (departures.empty() && !tenant.enterprise) return ended;
  TenantSession database = enter(platform, tenant, Access::write);
  const RunRecord record = make_record(platform.actor(), command);
  const Leavers leavers = read_leavers(departures, database);
  if (!leavers.all.empty()) {
    const Identity identity = make_identity(platform, tenant, record.run);
    const Edit edit = departure_edit(leavers, record);
    const Planned planned = plan_edit(database, identity, edit);
    run_edit(database, identity, edit, planned.plan, planned.basis, Ending::commit, reconnect_to(platform, tenant));
    for (const std::string& email : leavers.all)
      ended.push_back(email + " left in the meantime and no longer has access");
  }
  if (tenant.enterprise) {
    end_lapsed_roles(platform, tenant, database, record, ended);
    const std::vector<EnterpriseKey> keys = enterprise_keys(platform, *tenant.enterprise);
    const SettledKeys settled = settle_keys_of_tenant(platform, tenant, database, keys, record, Ending::commit);
    for (const std::string& name : settled.ended) {
      ended.push_back("API key '" + name + "' of enterprise " + *tenant.enterprise + " was revoked in the meantime");
    }
  }
  if (!leavers.named.empty()) {
    platform.control().query(sql::forget_departures, {tenant.id, text_array(leavers.named)});
  }
  return ended;
}

void keep_held_people(const Platform& platform, const Tenant& tenant) {
  if (!tenant.activated_at) return;  // never to be resumed
  std::vector<std::string> people;
  platform.catch_failure([&] {
    const TenantSession database = enter(platform, tenant);
    for (const Row row : database->query(sql::people_with_access)) people.emplace_back(row.view(0));
  });
  if (!people.empty()) platform.control().query(sql::keep_held_people, {tenant.id, text_array(people)});
}

std::optional<Error> departed_admin(const Platform& platform, const Tenant& tenant) {
  if (!is_unfinished(tenant)) return std::nullopt;
  const std::string admin = normal_key(KeyForm::email, tenant.admin_email);
  for (const Row row : platform.control().query(sql::departures_of_tenant, {tenant.id})) {
    if (row.view(0) != admin) continue;
    return Error(
        ErrorKind::conflict,
        "tenant " + tenant.slug + " cannot be finished: " + admin + ", its first administrator, has left (run " +
            row.text(3) + ")",
        "Name another one: acctl tenant create " + tenant.slug + " " + name_option(tenant) + " --admin-email EMAIL");
  }
  return std::nullopt;
}

void replace_departed_admin(Platform& platform, Tenant& tenant, const TenantRequest& request) {
  const Tenant wanted = replace_admin(tenant, request);
  if (wanted.admin_email == tenant.admin_email) return;
  const auto json = [](const Tenant& one) {
    return nlohmann::json{{"admin_email", one.admin_email}, {"admin_name", one.admin_name}}.dump();
  };
  Transaction transaction(platform.control());
  const Rows named =
      transaction.query(sql::set_tenant_admin, {tenant.id, tenant.epoch, wanted.admin_email, wanted.admin_name});
  if (named.empty()) throw_overtaken(tenant);
  transaction.query(sql::unfound_enterprise, {tenant.id, normal_key(KeyForm::email, tenant.admin_email)});
  record_audit(transaction, platform, tenant, "tenant.admin", "done", json(tenant), json(wanted));
  transaction.commit();
  tenant = wanted;
}

void take_out_departed(Platform& platform, const Tenant& tenant) {
  const Rows departures = platform.control().query(sql::departures_of_tenant, {tenant.id});
  if (departures.empty()) return;
  TenantSession database = enter(platform, tenant, Access::write);
  const RunRecord record = make_record(platform.actor(), "tenant create");
  const Leavers leavers = read_leavers(departures, database);
  const std::string admin = normal_key(KeyForm::email, tenant.admin_email);
  std::set<std::string> concerned = leavers.all;
  concerned.insert(admin);
  Edit edit = unguarded_edit(concerned, record);
  edit.leavers_go = true;
  edit.desired = [&](const State& current) {
    Desired desired{.state = current, .renames = {}, .prunable = {}};
    for (const std::string& email : leavers.all) remove_object(desired.state, "users", email);
    put_in(desired.state, admin, tenant.admin_name);
    return desired;
  };
  edit.also = queue_notifications(platform, tenant.id, record);
  const Identity identity = make_identity(platform, tenant, record.run);
  const Planned planned = plan_edit(database, identity, edit);
  run_edit(database, identity, edit, planned.plan, planned.basis, Ending::commit, reconnect_to(platform, tenant));
  platform.control().query(sql::forget_departures, {tenant.id, text_array(leavers.named)});
}

}  // namespace acctl

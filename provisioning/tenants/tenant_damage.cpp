#include "provisioning/tenants/tenant_damage.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/plan/sign_in.sql.hpp"
#include "provisioning/tenants/doctor.sql.hpp"

namespace acctl {

namespace {

// Of a pack, and the digest of the version that has them.
struct SystemRoles {
  std::vector<std::string> keys;
  std::string digest;
};

// A pack that this acctl does not have names no roles.
SystemRoles read_system_roles(const std::string& pack) {
  SystemRoles roles;
  try {
    roles.digest = require_pack(pack).digest;
    const State state = state_of_pack(pack);
    for (const auto& [key, role] : all_of_kind(state, "roles")) {
      if (has_value(role, "system", true)) roles.keys.push_back(key);
    }
  } catch (const Error&) {
    return {};
  }
  return roles;
}

// Read once: a fleet has thousands of tenants and a handful of packs.
SystemRoles find_system_roles(const std::string& pack) {
  static std::mutex mutex;
  static std::map<std::string, SystemRoles> known;
  const std::lock_guard lock(mutex);
  const auto [entry, fresh] = known.try_emplace(pack);
  if (fresh) entry->second = read_system_roles(pack);
  return entry->second;
}

void find_seats(const Tenant& tenant, const Rows& rows, std::vector<Damage>& found) {
  if (!tenant.seats_limit || rows.integer(0, 0) <= *tenant.seats_limit) return;
  found.push_back({"seats", std::string(rows.text(0, 0)) + " of " + std::to_string(*tenant.seats_limit) +
                                " seats are taken; nobody can be invited until users are deleted or the limit is "
                                "raised"});
}

void find_waiting_mail(const Tenant& tenant, const Rows& rows, std::vector<Damage>& found) {
  const std::int64_t count = rows.integer(0, 1);
  if (count == 0 || tenant.status != "active") return;  // nothing leaves while a tenant is suspended
  const std::string trouble = rows.is_null(0, 3) ? "" : " (" + std::string(rows.text(0, 3)) + ")";
  found.push_back({"mail", std::to_string(count) + (count == 1 ? " message waits" : " messages wait") + " since " +
                               std::string(rows.text(0, 2)) + trouble + "; run 'acctl outbox deliver -t " +
                               tenant.slug + "'"});
}

// The setting binds people although an export that has it could not be restored.
void find_enforcement(const Tenant& tenant, const Rows& rules, std::vector<Damage>& found) {
  if (!rules.boolean(0, 0) || !rules.boolean(0, 1)) return;
  found.push_back({"settings",
                   "single sign-on is enforced (setting sso.enforced), and the plan does not include it; set "
                   "sso.enforced to false, or run 'acctl tenant set-plan " +
                       tenant.slug + " --feature sso=on'"});
}

// Only acctl makes invitations; whom the application has given another address gets a new one from here.
void find_uninvited(const Tenant& tenant, const Rows& rows, std::vector<Damage>& found) {
  const std::int64_t count = rows.integer(0, 0);
  if (count == 0) return;
  const std::string one(rows.text(0, 1));
  found.push_back(
      {"invitations", (count == 1 ? "invited user " + one + " has no invitation"
                                  : std::to_string(count) + " invited users, such as " + one + ", have no invitation") +
                          ": the application has changed the address; run 'acctl user resend --expired -t " +
                          tenant.slug + "'"});
}

// A tenant may write to its customers from an address of its own, but not from another tenant's.
void find_foreign_settings(Platform& platform, const Tenant& tenant, const Rows& settings, std::vector<Damage>& found) {
  for (const Row row : settings) {
    const std::string key = row.text(0);
    const std::string value = row.text(1);
    const bool is_hostname = key == "portal.hostname";
    const bool is_own = is_hostname ? std::ranges::find(tenant.hostnames, value) != tenant.hostnames.end()
                                    : value == tenant.support_address;
    if (is_own) continue;
    const Rows owner = platform.control().query(sql::owner_of_name, {value, tenant.id});
    if (owner.empty() && !is_hostname) continue;
    found.push_back({"settings", "setting " + key + " is '" + value + "', which " +
                                     (owner.empty() ? "the registry does not route to this tenant"
                                                    : "belongs to tenant " + std::string(owner.text(0, 0))) +
                                     "; the registry says '" +
                                     (is_hostname ? (tenant.hostnames.empty() ? "" : tenant.hostnames.front())
                                                  : tenant.support_address) +
                                     "'"});
  }
}

}  // namespace

std::vector<Damage> find_damage(Platform& platform, const Tenant& tenant, Connection& database) {
  std::vector<Damage> found;
  const SystemRoles system = find_system_roles(tenant.pack);
  const std::vector<Rows> answers = database.batch({{sql::people_and_mail, {}},
                                                    {sql::own_names, {}},
                                                    {sql::missing_roles, {text_array(system.keys), system.digest}},
                                                    {sql::guests_without_invitation, {}},
                                                    {sql::sign_in_rules, {}}});
  find_seats(tenant, answers[0], found);
  find_foreign_settings(platform, tenant, answers[1], found);
  find_enforcement(tenant, answers[4], found);
  if (!answers[2].empty()) {
    found.push_back({"roles", "lacks system roles of pack " + tenant.pack + ": " + join(answers[2].texts()) +
                                  "; restore its database, or create them with 'acctl role create'"});
  }
  find_waiting_mail(tenant, answers[0], found);
  if (tenant.status == "active") find_uninvited(tenant, answers[3], found);
  return found;
}

std::vector<std::string> role_damage(Connection& server, const TenantNames& names) {
  std::vector<std::string> found;
  const Rows facts = server.query(sql::application_role_facts, {names.app_role, names.database});
  if (facts.empty()) return found;
  if (!facts.text(0, 0).empty()) {
    found.push_back("the application's role has " + std::string(facts.text(0, 0)) +
                    "; as a superuser, take it away with ALTER ROLE " + names.app_role);
  }
  if (!facts.is_null(0, 4)) {
    found.push_back("the application's role is a member of " + std::string(facts.text(0, 4)) +
                    "; as a superuser, run REVOKE " + std::string(facts.text(0, 4)) + " FROM " + names.app_role);
  }
  if (!facts.boolean(0, 1)) {
    found.push_back("the application's role is not a member of acctl_app; as a superuser, run GRANT acctl_app TO " +
                    names.app_role);
  }
  if (!facts.boolean(0, 2)) {
    found.push_back("the application's role may not connect to the database; run GRANT CONNECT ON DATABASE \"" +
                    names.database + "\" TO " + names.app_role);
  }
  if (facts.boolean(0, 3)) {
    found.push_back("every role of the server may connect to the database; run REVOKE CONNECT ON DATABASE \"" +
                    names.database + "\" FROM PUBLIC");
  }
  return found;
}

}  // namespace acctl

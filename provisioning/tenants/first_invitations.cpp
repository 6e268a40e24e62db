#include "provisioning/tenants/first_invitations.hpp"

#include <set>

#include "provisioning/model/field_formats.hpp"
#include "provisioning/plan/pack_state.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/first_invitations.sql.hpp"

namespace acctl {

// Users of the seed are invited like everybody else. The inviting run is called "seed", because a run that is killed
// now is finished by another one, and both make the same seed.
Statement make_seed_invitations(const Tenant& tenant, const std::vector<std::string>& guests, const Secret& key) {
  return invitations_for_added(tenant.id, guests, key, {.run = "seed"});
}

std::int64_t invite_uninvited(Connection& database, const Tenant& tenant, const Secret& key) {
  const std::vector<std::string> guests = database.query(sql::users_without_invitation).texts();
  if (guests.empty()) return 0;
  const Statement invitations = make_seed_invitations(tenant, guests, key);
  database.query(invitations.sql.c_str(), invitations.parameters);
  return static_cast<std::int64_t>(guests.size());
}

std::int64_t count_mails_to_send(Connection& database) { return database.query(sql::mails_to_send).integer(0, 0); }

std::int64_t foresee_invitations(Platform& platform, const Tenant& tenant, FoundersToBe& founders) {
  if (!tenant.enterprise) return 1;
  WantedGrants wanted = wanted_grants(platform, *tenant.enterprise);
  const auto [founder, fresh] = founders.try_emplace(*tenant.enterprise);
  if (fresh) founder->second = foresee_founder(platform, tenant);
  if (!founder->second.role.empty()) {
    wanted.emails.push_back(founder->second.email);
    wanted.roles.push_back(founder->second.role);
  }
  if (wanted.emails.empty()) return 1;
  std::set<std::string> guests = {normal_key(KeyForm::email, tenant.admin_email)};
  // What the pack does not have is not granted.
  const State seeded = state_of_pack(tenant.pack);
  for (std::size_t i = 0; i < wanted.emails.size(); ++i) {
    if (find_object(seeded, "roles", wanted.roles[i]) != nullptr) guests.insert(wanted.emails[i]);
  }
  return static_cast<std::int64_t>(guests.size());
}

}  // namespace acctl

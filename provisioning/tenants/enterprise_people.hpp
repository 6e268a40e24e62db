// Reads the people to whom an enterprise has granted roles: their status in each tenant, who of them administers it;
// and moves or ends their grants when they move or leave.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/access/enterprise_edits.hpp"
#include "provisioning/database/ledger.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct PlaceOfPerson {
  std::string tenant;  // slug
  std::string email;   // of the user there
  std::string status;
};

// All of an enterprise's grants with the people behind them, as read from its tenants.
struct EnterpriseStanding {
  std::string enterprise;
  std::set<std::string> tenants;  // slugs of those that can be entered
  std::vector<EnterpriseGrant> grants;
  std::map<std::string, std::vector<PlaceOfPerson>> places;  // by person (UUID)
  // Roles that reach the entire enterprise and give everything in each tenant that has such a role.
  std::set<std::string> chief_roles;
  std::map<std::string, std::string> unread;  // tenant -> why

  // Whether the person is suspended in any tenant, or active, or can still become so.
  bool is_suspended(const std::string& person) const;
  bool is_active(const std::string& person) const;
  bool is_usable(const std::string& person) const;

  // Whether somebody who administers it is active in any tenant.
  bool has_active_admin() const;
};

// Reads the active and suspended tenants of the enterprise, one after the other; those that cannot be read are named.
EnterpriseStanding read_standing(Platform& platform, const std::string& enterprise);

// Somebody who is suspended or deleted in a tenant.
struct Departure {
  std::string tenant;
  std::string email;  // as before
};

// The people of `standing` who depart somewhere, with their grants as the registry has them.
std::set<std::string> departing_people(const EnterpriseStanding& standing, const std::vector<Departure>& departures);

// What is about to be taken of an enterprise, or of several, by their keys.
struct EnterpriseLoss {
  std::vector<Departure> departures = {};
  std::vector<PersonGrant> revoked = {};
  std::set<std::string> tenants = {};  // slugs of those that leave it
  std::set<std::string> roles = {};    // that no longer give everything in some tenant

  bool empty() const { return departures.empty() && revoked.empty() && tenants.empty() && roles.empty(); }
};
using EnterpriseLosses = std::map<std::string, EnterpriseLoss>;

// The addresses of the admins who are the last ones: without them, the enterprise would have no active admin, or nobody
// who can still become one. Nobody if others are left, or no tenant is, since there is nothing to administer then.
std::vector<std::string> last_admins(const EnterpriseStanding& standing, const EnterpriseLoss& loss);

// Error(refused) if the enterprise would be left without an admin by it.
std::optional<Error> last_admin_refusal(const EnterpriseStanding& standing, const EnterpriseLoss& loss);

// The same for each, of enterprises that are read now; it is thrown.
void require_admins_after(Platform& platform, const EnterpriseLosses& losses);

// Whether somebody who administers the enterprise, or will, no longer does.
bool takes_admins(const EnterpriseStanding& standing, const EnterpriseLoss& loss);

// Holds enterprises from the last look at their admins until some of these are gone: of two runs that take one admin
// each, the second one sees that the other is the last. It is held by the session of `platform`.
class EnterpriseHold {
 public:
  // Throws what require_admins_after() does, and Error(locked) if another run holds one of them for too long.
  EnterpriseHold(Platform& platform, const EnterpriseLosses& losses);
  ~EnterpriseHold();
  EnterpriseHold(const EnterpriseHold&) = delete;
  EnterpriseHold& operator=(const EnterpriseHold&) = delete;

 private:
  EnterpriseHold(Platform& platform, std::vector<std::string> keys);
  Platform& platform_;
  const std::vector<std::string> keys_;
};

// The enterprises that keep active tenants, none of which an active admin can enter, as long as the tenants of
// `suspended` and those that already are suspended are: by key, with the last admins.
std::map<std::string, std::vector<std::string>> find_stranded(Platform& platform, const EnterpriseLosses& suspended);

// Error(refused) if `user`, the one of --as, would no longer administer it.
std::optional<Error> own_exit_refusal(const EnterpriseStanding& standing, const EnterpriseLoss& loss,
                                      const std::string& user);

// `people` (UUIDs) who are neither active nor invited in any tenant; nobody if a tenant could not be read.
std::vector<std::string> gone_people(const EnterpriseStanding& standing, const std::set<std::string>& people);

// Ends everything that they are granted, in the registry and in the tenants, with entries in the ledgers. Tenants that
// cannot be reached are thrown as Error(partial).
std::vector<EnterpriseGrant> end_people(Platform& platform, const EnterpriseStanding& standing,
                                        const std::vector<std::string>& people, const RunRecord& record);

// What a user of a tenant may see and do in an enterprise: its own admins everything; the admins of one organization
// the names of the organizations and the roles; others nothing.
enum class EnterpriseRights { none, names_and_roles, everything };
EnterpriseRights enterprise_rights(Platform& platform, const std::string& enterprise, const std::string& email);

// Whether the user is an active admin of that tenant.
bool administers(const Platform& platform, const Tenant& tenant, const std::string& email);

// Lets the registry know of addresses that changed in this tenant. Those who moved.
std::vector<EnterprisePerson> settle_addresses(Platform& platform, const Tenant& tenant);

// As the executor and the edits take them.
std::vector<PersonGrant> person_grants(const std::vector<EnterpriseGrant>& grants);

}  // namespace acctl

// Reads what a leaving user still has in a tenant, and the edit that ends it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// Of one user of a tenant.
struct Remains {
  std::string email;
  std::string status;
  std::int64_t roles = 0;
  std::int64_t permissions = 0;
  bool role_template = false;
  std::int64_t teams = 0;
  bool crm_access = false;
  std::int64_t sessions = 0;
  std::int64_t api_keys = 0;
  std::int64_t invitations = 0;
  std::int64_t enterprise_roles = 0;
  std::vector<std::int64_t> tickets;  // open ones that are assigned to the user, by id
  std::vector<std::int64_t> items;

  bool has_work() const { return !tickets.empty() || !items.empty(); }
  // Access that is not configuration: a plan does not list it.
  bool has_ways_in() const { return sessions + api_keys + invitations + enterprise_roles > 0; }
  // Nothing that lets the user in, or would after a reactivation.
  bool is_gone() const;
  // "2 roles, 1 session"; "" if there is nothing.
  std::string words() const;
};

// The people of the registry (UUIDs) behind addresses, present or former, of this tenant.
std::set<std::string> people_of_addresses(Connection& tenant, const std::set<std::string>& emails);

// The other addresses, present and former, of users of this tenant who have or had one of `emails`, as its ledger tells
// of changes of address.
std::set<std::string> linked_addresses(Connection& tenant, const std::set<std::string>& emails);

// Who a user is to the identity provider.
struct DirectoryIdentity {
  std::string email;
  std::string idp;
  std::string external_id;
  std::string issuer;  // of the provider; "" if the tenant has not configured it
};

// Of the users of this tenant who have one of `emails`, or one of `external_ids`. People who sign in without a provider
// have none.
std::vector<DirectoryIdentity> directory_identities(Connection& tenant, const std::set<std::string>& emails,
                                                    const std::set<std::string>& external_ids);

// The users of this tenant who have one of `emails`, or are one of `people` under another address.
std::vector<std::string> users_of_people(Connection& tenant, const std::set<std::string>& emails,
                                         const std::set<std::string>& people);

std::vector<Remains> remains_of_users(Connection& tenant, const std::vector<std::string>& emails);

// What has to be read to offboard them.
Scope scope_of_offboarding(const std::vector<std::string>& emails);

// Suspends those of `emails` who are users, and removes every role, permission, template, team and CRM access. Pure.
void offboard_users(State& state, const std::vector<std::string>& emails);

// Gives the open tickets and items of the users to `heir`, if that is an active user.
void reassign_open_work(Transaction& transaction, const std::vector<std::string>& emails, const std::string& heir);

// Ends sessions, keys, invitations and links; gives open work to `heir` ("" leaves it), who must be active.
void end_ways_in(Transaction& transaction, const std::vector<std::string>& emails, const std::string& heir);

}  // namespace acctl

// Applies an enterprise's grants in one of its tenants: finds the users, edits their roles, and keeps the links that
// mark an assignment as the enterprise's.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"
#include "provisioning/model/scope.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// A role that a person of the registry is granted, or is to be.
struct PersonGrant {
  std::string person;  // UUID; "" for somebody whom the registry does not know yet
  std::string email;   // as the registry knows the person
  std::string role;
  bool linked = true;  // false: by an earlier acctl, which left no links
};

// An assignment that the enterprise's grants made here, or found here.
struct EnterpriseLink {
  std::string email;  // the user's address here
  std::string role;
  std::string person;
  std::string known_as;
  bool kept = false;          // held before, and held on when the grant ends
  std::string kept_until;     // RFC 3339, UTC; "" for without end
  bool kept_is_over = false;  // what was held before has ended meanwhile
  std::string status;         // of the user
};
std::vector<EnterpriseLink> enterprise_links(Connection& tenant);

// A grant with the address that the person has in this tenant, and the user's status: "" for nobody yet.
struct GrantHere {
  PersonGrant grant;
  std::string email;
  std::string status;
};
std::vector<GrantHere> grants_here(Connection& tenant, const std::vector<PersonGrant>& grants);

// What has to be read to give or take them.
Scope scope_of_grants(const std::vector<GrantHere>& grants);

// Adds people who are not users yet as invited. Throws Error(invalid) for roles that the tenant does not have,
// Error(conflict) for users who are suspended there. Pure.
void give_grants(State& state, const std::vector<GrantHere>& grants);

// Revokes what the enterprise granted and keeps what was held before. Absent assignments are ignored. Pure.
void take_grants(State& state, const std::vector<GrantHere>& grants, const std::vector<EnterpriseLink>& links);

// The link of a grant among `links`; nullptr for none.
const EnterpriseLink* find_link(const std::vector<EnterpriseLink>& links, const GrantHere& here);

// Remembers in the tenant what came of the grants: `changes` are those that gave them.
void link_grants(Transaction& transaction, const std::vector<GrantHere>& grants, const std::vector<Change>& changes);
void unlink_grants(Transaction& transaction, const std::vector<GrantHere>& grants);

}  // namespace acctl

// Makes and drops the database roles by which staff look into a tenant's database for a while.
#pragma once

#include <string>

#include "provisioning/base/secret.hpp"
#include "provisioning/database/server_roles.hpp"

namespace acctl {

struct VisitorRole {
  std::string name;  // acctl_visit_…
  bool writes =
      false;  // what the tenant's application can write, but for who gets in; else it only reads what that can read
  std::string until;  // when its password expires, RFC 3339
};

// Makes the role, with a verifier of the password, and lets it connect to the tenant's database. `server`: the server's
// own session; `database`: one in the tenant's database.
void make_visitor_role(Connection& server, Connection& database, const TenantNames& names, const VisitorRole& role,
                       const Secret& password);

// Ends the sessions of the role. It cannot log in afterwards. Nothing happens if it does not exist.
void end_visitor_sessions(Connection& server, const std::string& role);

// Drops the role and what was granted to it; `database` null: the tenant's database exists no more. Nothing happens if
// it does not exist.
void drop_visitor_role(Connection& server, Connection* database, const TenantNames& names, const std::string& role);

}  // namespace acctl

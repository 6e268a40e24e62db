// Creates and alters the database roles of a server: those that all tenants share, and the one of each tenant's
// application.
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"

namespace acctl {

struct TenantNames {
  std::string database;
  std::string quarantine;  // the database's name while it is held for deletion
  std::string owner_role;  // acctl_owner; tenants of the first releases have a role of their own
  std::string app_role;    // acctl_ID_app
  std::string mark;        // the comment on database and roles that says whose they are
};

struct ServerFacts;

// Owns the databases of all tenants; nobody logs in as it, and acctl acts as it only while it alters one.
inline constexpr const char* shared_owner = "acctl_owner";

// The statement that makes the session's role a member of `role`, with its rights.
std::string grant_to_us(Connection& server, const std::string& role);

// Makes the roles that all tenants of the server share, and the session's role a member of those it works as:
// acctl_app, what every tenant's application may do; acctl_operator, what acctl itself does on rows; acctl_owner;
// acctl_provisioner, whose members can act as the owner and do not inherit from it; from PostgreSQL 16 on the keepers
// of application roles (keepers.sql). True when something was missing. Throws Error(conflict) when the session's role
// cannot use what it is a member of.
bool make_shared_roles(Connection& server);

// Makes the role of the tenant's application unless `facts` have it. Throws Error(locked) when another run has made it
// meanwhile.
void make_application_role(Connection& server, const TenantNames& names, const ServerFacts& facts);

// Stops the application from logging in; its sessions continue.
void refuse_login(Connection& server, const TenantNames& names);

// Locks the tenant's application out and ends its sessions, or lets it in again.
void lock_application_out(Connection& server, const TenantNames& names);
void let_application_in(Connection& server, const TenantNames& names);

// Ends a membership in the application's role that an interrupted lock_application_out() has left.
void cease_application(Connection& server, const TenantNames& names);

// Drops the roles that are the tenant's alone.
void drop_tenant_roles(Connection& server, const TenantNames& names, const ServerFacts& facts);

// Whether the tenant's database belongs to a role of its own. acctl has to join that before it can act as it.
bool has_own_owner(const TenantNames& names);

// Statements around what acctl does as the owner of the tenant's database; "" if it needs to join nothing.
std::string join_owner(const std::string& owner);
std::string leave_owner(const std::string& owner);

// Ends a membership in an owner of the tenant's own that an interrupted run has left.
void cease_owner(Connection& server, const TenantNames& names);

}  // namespace acctl

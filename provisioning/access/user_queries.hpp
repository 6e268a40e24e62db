// Reads users for lists and scripts.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioning/access/permission_query.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

struct UserRecord {
  std::string email;
  std::string name;
  std::string status;
  std::vector<std::string> roles;
  std::string role_template;
  std::vector<std::string> permissions;  // direct ones: "tickets.view:group"
  std::vector<std::string> teams;
  bool crm_access = false;  // the flag, which suspending leaves as it is; admins always have it
  std::string idp;
  std::optional<std::int64_t> session_hours;
  std::string last_sign_in_at;  // RFC 3339, UTC; "" for never
  std::string invited_at;
  std::string invitation;             // of an invited user: pending, expired or missing; "" for all others
  std::string invitation_expires_at;  // of a pending or expired one
  std::vector<std::string> api_keys;  // names of those that have not ended
};

// An empty part does not narrow.
struct UserFilter {
  std::string email;  // as a State has it
  std::string status;
  std::string role;
  std::string team;
  std::optional<std::int64_t> inactive_ms;  // no sign-in, nor the invitation, within that time
  std::string invitation = {};              // pending, expired or missing
  AskedPermission permission = {};          // held at that level or a wider one
};

// By address.
std::vector<UserRecord> list_users(Connection& tenant, const UserFilter& filter);

// Whether the user holds everything, by whatever way.
bool is_admin(Connection& tenant, const std::string& email);

// Those of `emails` who have signed up at some time.
std::set<std::string> signed_up(Connection& tenant, const std::vector<std::string>& emails);

// Those of `emails` who were in a list of `user sync` that changed them, or made them, and was not undone.
std::set<std::string> listed_by_directory(Connection& tenant, const std::vector<std::string>& emails);

// Lists the users of a tenant with their roles, for the view over all tenants of an enterprise.
struct TenantUser {
  std::string email;
  std::string name;
  std::string status;
  std::vector<std::string> roles;
  std::string role_template;
  std::int64_t api_keys = 0;    // that can be used
  std::string last_sign_in_at;  // RFC 3339, UTC; "" for never
};

// By address.
std::vector<TenantUser> users_of_tenant(Connection& tenant);

}  // namespace acctl

// Reads the roles of a tenant and their holders.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/access/teams.hpp"
#include "provisioning/database/connection.hpp"

namespace acctl {

struct RoleSummary {
  std::string key;
  std::string name;
  std::string description;
  std::string scope;
  bool system = false;
  bool everything = false;  // holds "*"
  std::string manager;
  std::optional<std::int64_t> session_hours;  // after which its holders have to sign in again
  std::int64_t permissions = 0;
  std::int64_t holders = 0;
};

// By key; `key`: only this one, "" for all.
std::vector<RoleSummary> list_roles(Connection& tenant, const std::string& key = "");

// The name as displayed: the chief role of an organization is plain "Admin" while the organization `stands_alone`, in
// no enterprise or the only one of it.
std::string displayed_name(const RoleSummary& role, bool stands_alone);

struct HeldPermission {
  std::string permission;
  std::string level;  // "" for none
};
std::vector<HeldPermission> permissions_of_role(Connection& tenant, const std::string& key);

struct RoleHolding {
  std::string role;
  std::string email;
  std::string status;
  std::string since;  // RFC 3339, UTC
  std::string until;  // likewise; "" for ever
};
std::vector<RoleHolding> holders_of_role(Connection& tenant, const std::string& key);

// Those that end within `time`, the first to end first.
std::vector<RoleHolding> expiring_holdings(Connection& tenant, std::chrono::milliseconds time);

struct TemplateOverlap {
  std::string role_template;
  std::int64_t shared = 0;  // permissions that the role gives, too
  std::int64_t of = 0;
};
std::vector<TemplateOverlap> overlapping_templates(Connection& tenant, const std::string& key);

struct RoleTemplateSummary {
  std::string key;
  std::string name;
  std::string description;
  std::string manager;
  std::int64_t permissions = 0;
  std::int64_t holders = 0;
};
std::vector<RoleTemplateSummary> list_role_templates(Connection& tenant, const std::string& key = "");
std::vector<HeldPermission> permissions_of_role_template(Connection& tenant, const std::string& key);
std::vector<Member> holders_of_role_template(Connection& tenant, const std::string& key);

}  // namespace acctl

// Enterprises: groups of tenants.
#pragma once

#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"

namespace acctl {

struct Enterprise {
  std::string key;
  std::string name;
  std::int64_t tenants = 0;
};

// True when it was created, false when it is there under that name. Throws Error(conflict) where it has another name.
bool create_enterprise(Platform& platform, const std::string& key, const std::string& name, Mode mode);

std::vector<Enterprise> list_enterprises(Platform& platform);

// Throws Error(invalid), with what was probably meant, where there is none of that key.
Enterprise require_enterprise(Platform& platform, const std::string& key);

// The administrator of its first tenant; "" where it had none yet.
std::string founder_of(Platform& platform, const std::string& key);

// A role that somebody has in all tenants of an enterprise.
struct EnterpriseGrant {
  std::string email;  // in lower case
  std::string role;
  std::string granted_by;
  std::string granted_at;  // RFC 3339, UTC
};
std::vector<EnterpriseGrant> enterprise_grants(Platform& platform, const std::string& key);

// What is recorded already stays as it is; with an entry in the audit trail where something changes.
void add_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                           const std::string& role);
void remove_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                              const std::string& role);

// Remembers `email` as the founder, and the grant of `role` ("" for none) that comes with it; once only.
void found_enterprise(Platform& platform, const std::string& key, const std::string& email, const std::string& role);

// Whether a tenant of `enterprise` is the only one there, or in none.
bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise);

}  // namespace acctl

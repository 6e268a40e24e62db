// Reads and writes the API keys of enterprises in the registry.
#pragma once

#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"

namespace acctl {

struct EnterpriseKey {
  std::string id = {};  // UUID
  std::string name;
  std::string prefix;            // how the key begins; no part of the secret
  std::string hash;              // of the key, hexadecimal
  std::string role = {};         // that says in each tenant what it may do; "" if permissions do
  std::string permissions = {};  // JSON: permission -> level, null for the widest; "" if a role says it
  std::string expires_at = {};   // RFC 3339, UTC; "" for never
};

// Those that are not revoked, by name.
std::vector<EnterpriseKey> enterprise_keys(Platform& platform, const std::string& enterprise);

// Records a key, with its entry in the audit trail, and returns its id. Throws Error(conflict) if there is one of that
// name.
std::string add_enterprise_key(Platform& platform, const std::string& enterprise, const EnterpriseKey& key, Mode mode);

// False if there is no such key that is not revoked.
bool end_enterprise_key(Platform& platform, const std::string& enterprise, const std::string& name, Mode mode);

}  // namespace acctl

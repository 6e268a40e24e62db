// API keys, by which programs sign in in the name of a user. A key is shown once; only its hash is stored.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/secret.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

struct ApiKey {
  std::string email;
  std::string name;
  std::string prefix;      // how the key begins; no part of the secret
  std::string status;      // active, expired, revoked
  std::string created_at;  // RFC 3339, UTC, as all times here
  std::string expires_at;  // "" for never
  std::string last_used_at;
  std::string revoked_at;
};

// By user and name. `email`: of this user, "" for all. Revoked ones only if asked for.
std::vector<ApiKey> list_api_keys(Connection& tenant, const std::string& email, bool revoked);

struct NewApiKey {
  std::string email;
  std::string name;
  std::string expires_at;  // "" for never
};

struct IssuedKey {
  ApiKey key;
  Secret secret;  // what the program presents: 256 random bits behind the prefix
};

// Creates a key and its entry in the ledger in one transaction. Throws Error(invalid) if there is no such user,
// Error(conflict) if the user is suspended or has a key of that name.
IssuedKey create_api_key(Connection& tenant, const Identity& identity, const RunRecord& record, const NewApiKey& wanted,
                         Ending ending, const Reconnect& reconnect);

// False if the user has no such key that is not revoked.
bool revoke_api_key(Connection& tenant, const Identity& identity, const RunRecord& record, const std::string& email,
                    const std::string& name, Ending ending, const Reconnect& reconnect);

}  // namespace acctl

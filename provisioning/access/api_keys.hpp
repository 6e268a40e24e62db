// API keys, by which programs sign in: in the name of a user, or for the organization. A key is shown once; only its
// hash is stored.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/permission_words.hpp"
#include "provisioning/base/secret.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

// Whose key it is.
struct KeyOwner {
  enum class Kind { user, organization, enterprise };
  Kind kind = Kind::user;
  std::string key;  // the user's address or the enterprise's key; "" for the organization

  bool is_user() const { return kind == Kind::user; }
  bool operator==(const KeyOwner&) const = default;
};

// "ana@acme.example", "organization" or "enterprise:umbrella", and back. Throws Error(invalid).
KeyOwner parse_key_owner(const std::string& word);
std::string to_string(const KeyOwner& owner);

// "user", "organization" or "enterprise", as the database has it.
std::string_view word_for(KeyOwner::Kind kind);

// "tickets.view:group", as a key is shown.
std::vector<std::string> key_permission_words(const PermissionSet& permissions);

// As the database has them: null for the widest level; "" for none.
std::string key_permissions_json(const PermissionSet& permissions);

// How a new key begins, and the whole of it: 256 random bits behind that.
std::string make_key_prefix();
Secret make_key_secret(const std::string& prefix);

struct ApiKey {
  KeyOwner owner;
  std::string name;
  std::string prefix;                    // how the key begins; no part of the secret
  std::string status;                    // active, expired, revoked
  std::string role;                      // of its own; "" for none
  std::vector<std::string> permissions;  // of its own: "tickets.view:group"
  std::string created_by;                // the user on whose authority it was made; "" for platform staff
  std::string created_at;                // RFC 3339, UTC, as all times here
  std::string expires_at;                // "" for never
  std::string last_used_at;
  std::string revoked_at;
};

// An empty part does not narrow.
struct KeyFilter {
  std::string email;     // of this user
  std::string owner;     // of this sort: "organization"
  bool revoked = false;  // revoked ones, too
};

// Users' keys first, by address and name.
std::vector<ApiKey> list_api_keys(Connection& tenant, const KeyFilter& filter);

struct NewApiKey {
  KeyOwner owner;
  std::string name;
  std::string role = {};           // of its own; with neither, a user's key may do what the user may
  PermissionSet permissions = {};  // of its own
  std::string expires_at = {};     // "" for never
};

// Throws Error(invalid) if the tenant has no such role, permission or level, Error(refused) for a role that reaches the
// entire enterprise.
void require_grants(Connection& tenant, const NewApiKey& wanted);

struct IssuedKey {
  ApiKey key;
  Secret secret;  // what the program presents: 256 random bits behind the prefix
};

// Creates a key and its entry in the ledger in one transaction. It is made on the authority of RunRecord::as. Throws
// Error(invalid) if the tenant has no such user, role or permission, Error(conflict) if the user is suspended or there
// is a key of that name, Error(refused) if the key would give more than its user or its maker holds.
IssuedKey create_api_key(const ExclusiveRun& run, const NewApiKey& wanted);

// False if there is no such key that is not revoked.
bool revoke_api_key(const ExclusiveRun& run, const KeyOwner& owner, const std::string& name);

}  // namespace acctl

// Derives the tokens of invitations. None is stored: each comes from the platform's key, so that a message that is sent
// again is the same to the byte, and the database has only its hash.
#pragma once

#include <string>
#include <string_view>

#include "provisioning/base/secret.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// The platform's key, 256 bits in the file Platform::key_path(), mode 0600, outside of the database. Made at its first
// use; the control database remembers which it is, so that another machine does not derive other tokens. Throws
// Error(invalid) for a file that others can read or that is not a valid key, Error(conflict) if it is not this
// platform's. A rehearsal creates and remembers none: if there is none yet, it gets a key that is used for nothing
// else.
Secret platform_key(const Platform& platform, Mode mode = Mode::perform);

// $XDG_DATA_HOME/acctl/platform.key; "" if neither XDG_DATA_HOME nor HOME is set.
std::string default_key_path();

// 32 random bytes as hexadecimal digits, and a random UUID (version 4).
std::string new_nonce();
std::string new_uuid();

// Of one invitation; another nonce is another token.
struct InvitationFacts {
  std::string tenant;  // id
  std::string id;      // of the invitation
  std::string nonce;   // hexadecimal
  std::string email;   // in lower case
};
Secret invitation_token(const Secret& key, const InvitationFacts& facts);

// A code over `content` that only who has the key can make, as hexadecimal digits. Never equal to a token.
std::string compute_signature(const Secret& key, std::string_view content);

// SHA-256 of a token as hexadecimal digits: what is stored.
std::string token_hash(const std::string& token);

}  // namespace acctl

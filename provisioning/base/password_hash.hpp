// Makes the hash of a password as the application stores it.
#pragma once

#include <string>

#include "provisioning/base/secret.hpp"

namespace acctl {

// "pbkdf2_sha256$600000$SALT$HASH": PBKDF2 with HMAC-SHA-256, a random salt of 128 bits as text, 32 bytes as base64.
// Takes some tenths of a second.
std::string hash_password(const Secret& password);

// The same with a salt that is given, for tests. Pure.
std::string hash_password(const Secret& password, const std::string& salt, int iterations);

}  // namespace acctl

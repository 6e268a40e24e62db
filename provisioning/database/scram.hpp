// Makes the verifier that PostgreSQL stores of a password (RFC 5802, SCRAM-SHA-256): sent instead of the password, so
// that no statement, log or error of the server holds it.
#pragma once

#include <string>

#include "provisioning/base/secret.hpp"

namespace acctl {

// "SCRAM-SHA-256$4096:<salt>$<stored key>:<server key>". The password is plain ASCII; `salt` is 16 random bytes.
std::string scram_verifier(const Secret& password, const std::string& salt);

}  // namespace acctl

#include "provisioning/database/scram.hpp"

#include <sodium/crypto_auth_hmacsha256.h>

#include <string_view>

#include "provisioning/base/digest.hpp"
#include "provisioning/base/encoding.hpp"

namespace acctl {

namespace {

constexpr int iterations = 4096;  // PostgreSQL's own number

std::string hmac(std::string_view key, std::string_view message) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, to_bytes(key), key.size());
  crypto_auth_hmacsha256_update(&state, to_bytes(message), message.size());
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(code.data()));
  return code;
}

// PBKDF2 with one block.
std::string salted(const std::string& password, const std::string& salt) {
  std::string round = hmac(password, salt + std::string("\0\0\0\1", 4));
  std::string result = round;
  for (int i = 1; i < iterations; ++i) {
    round = hmac(password, round);
    for (std::size_t at = 0; at < result.size(); ++at) result[at] = static_cast<char>(result[at] ^ round[at]);
  }
  return result;
}

}  // namespace

std::string scram_verifier(const Secret& password, const std::string& salt) {
  const std::string key = salted(password.reveal(), salt);
  return "SCRAM-SHA-256$" + std::to_string(iterations) + ":" + base64(salt) + "$" +
         base64(sha256(hmac(key, "Client Key"))) + ":" + base64(hmac(key, "Server Key"));
}

}  // namespace acctl

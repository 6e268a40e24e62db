#include "provisioning/base/password_hash.hpp"

#include <sodium/crypto_auth_hmacsha256.h>

#include <array>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/random.hpp"

namespace acctl {

namespace {

constexpr int password_iterations = 600'000;  // what OWASP recommends for this function since 2023
constexpr std::size_t salt_bytes = 16;

using Block = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

}  // namespace

std::string hash_password(const Secret& password) {
  std::string salt;  // letters and digits, for $ separates the parts
  while (salt.size() < salt_bytes * 4 / 3 + 1) {
    for (const char c : random_text(salt_bytes)) {
      if (c != '-' && c != '_' && salt.size() < salt_bytes * 4 / 3 + 1) salt += c;
    }
  }
  return hash_password(password, salt, password_iterations);
}

std::string hash_password(const Secret& password, const std::string& salt, int iterations) {
  // The key is the same in every round: its two blocks are hashed once.
  crypto_auth_hmacsha256_state keyed;
  const std::string& key = password.reveal();
  crypto_auth_hmacsha256_init(&keyed, to_bytes(key), key.size());
  const std::string first = salt + std::string("\0\0\0\1", 4);  // the number of the only block
  Block block;
  crypto_auth_hmacsha256_state state = keyed;
  crypto_auth_hmacsha256_update(&state, to_bytes(first), first.size());
  crypto_auth_hmacsha256_final(&state, block.data());
  Block sum = block;
  for (int round = 1; round < iterations; ++round) {
    state = keyed;
    crypto_auth_hmacsha256_update(&state, block.data(), block.size());
    crypto_auth_hmacsha256_final(&state, block.data());
    for (std::size_t i = 0; i < block.size(); ++i) sum[i] = static_cast<unsigned char>(sum[i] ^ block[i]);
  }
  return "pbkdf2_sha256$" + std::to_string(iterations) + "$" + salt + "$" +
         base64({reinterpret_cast<const char*>(sum.data()), sum.size()});
}

}  // namespace acctl

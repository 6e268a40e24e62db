#include "provisioning/base/digest.hpp"

#include <sodium/crypto_hash_sha256.h>

#include "provisioning/base/encoding.hpp"

namespace acctl {

struct Digest::State {
  crypto_hash_sha256_state hash;
};

Digest::Digest() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->hash); }

Digest::~Digest() = default;

void Digest::add(std::string_view part) {
  const std::string length = std::to_string(part.size()) + ":";
  const auto update = [&](std::string_view bytes) {
    crypto_hash_sha256_update(&state_->hash, to_bytes(bytes), bytes.size());
  };
  update(length);
  update(part);
}

std::string Digest::hex() {
  std::string bytes(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state_->hash, reinterpret_cast<unsigned char*>(bytes.data()));
  return acctl::hex(bytes);
}

std::string sha256(std::string_view bytes) {
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()), to_bytes(bytes), bytes.size());
  return hash;
}

std::string sha256_hex(std::string_view bytes) { return hex(sha256(bytes)); }

}  // namespace acctl

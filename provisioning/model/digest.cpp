#include "provisioning/model/digest.hpp"

#include <sodium/crypto_hash_sha256.h>

#include <cstdint>

namespace acctl {

struct Digest::State {
  crypto_hash_sha256_state hash;
};

Digest::Digest() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->hash); }

Digest::~Digest() = default;

void Digest::add(std::string_view part) {
  const std::string length = std::to_string(part.size()) + ":";
  const auto update = [&](std::string_view bytes) {
    crypto_hash_sha256_update(&state_->hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  };
  update(length);
  update(part);
}

std::string Digest::hex() {
  unsigned char bytes[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state_->hash, bytes);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace acctl

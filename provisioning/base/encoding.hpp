// Encodes bytes as text.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// The bytes of a text as libsodium takes them.
inline const unsigned char* to_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Two digits of 0-9 and a-f for each byte.
std::string hex(std::string_view bytes);

// Letters, digits, - and _, without padding (RFC 4648, section 5): 32 bytes become 43 characters.
std::string base64url(std::string_view bytes);

// Letters, digits, + and /, with padding (RFC 4648, section 4): 3 bytes become 4 characters.
std::string base64(std::string_view bytes);

}  // namespace acctl

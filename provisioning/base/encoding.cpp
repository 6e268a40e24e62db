#include "provisioning/base/encoding.hpp"

#include <sodium/utils.h>

namespace acctl {

namespace {

std::string encoded(std::string_view bytes, int variant) {
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), to_bytes(bytes), bytes.size(), variant);
  text.pop_back();
  return text;
}

}  // namespace

std::string hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), to_bytes(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::string base64url(std::string_view bytes) { return encoded(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING); }

std::string base64(std::string_view bytes) { return encoded(bytes, sodium_base64_VARIANT_ORIGINAL); }

}  // namespace acctl

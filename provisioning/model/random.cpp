#include "provisioning/model/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "provisioning/model/error.hpp"

namespace acctl {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t got = 0; got < count;) {
    const ssize_t more = getrandom(bytes.data() + got, count - got, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw Error(ErrorKind::failed, std::string("no random numbers: ") + std::strerror(errno));
    got += static_cast<std::size_t>(more);
  }
  return bytes;
}

std::string random_text(std::size_t bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char byte : random_bytes(bytes)) {
    bits = (bits << 8 | static_cast<unsigned char>(byte)) & 0xffffU;
    for (count += 8; count >= 6; count -= 6) text += digits[bits >> (count - 6) & 63U];
  }
  if (count > 0) text += digits[bits << (6 - count) & 63U];
  return text;
}

}  // namespace acctl

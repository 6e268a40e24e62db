#include "provisioning/base/random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t got = 0; got < count;) {
    const ssize_t more = getrandom(bytes.data() + got, count - got, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more < 0) throw Error(ErrorKind::failed, "no random numbers: " + errno_text());
    got += static_cast<std::size_t>(more);
  }
  return bytes;
}

std::string random_text(std::size_t bytes) { return base64url(random_bytes(bytes)); }

}  // namespace acctl

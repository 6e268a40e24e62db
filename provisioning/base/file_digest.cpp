#include "provisioning/base/file_digest.hpp"

#include <fcntl.h>
#include <sodium/crypto_hash_sha256.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

FileDigest digest_file(const std::string& path) {
  const auto refuse = [&](int file, const std::string& why) {
    if (file >= 0) close(file);
    throw Error(ErrorKind::invalid, "cannot read " + path + ": " + why, "Check its path and permissions.");
  };
  // Not blocking: a FIFO would wait for somebody who writes into it.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status = {};
  if (file < 0 || fstat(file, &status) != 0) refuse(file, errno_text());
  if (!S_ISREG(status.st_mode)) refuse(file, "it is not a file");
  FileDigest digest;
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::string buffer(1 << 20, '\0');
  for (;;) {
    const ssize_t got = read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(file, errno_text());
    if (got == 0) break;
    crypto_hash_sha256_update(&state, to_bytes(buffer), static_cast<unsigned long long>(got));
    digest.bytes += got;
  }
  close(file);
  std::string hash(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state, reinterpret_cast<unsigned char*>(hash.data()));
  digest.sha256 = hex(hash);
  return digest;
}

}  // namespace acctl

// Copies files of any size, and makes their digests: part by part.
#pragma once

#include <cstdint>
#include <string>

namespace acctl {

// Writes a copy of `from` as `to`, mode 0600, whole or not at all; a file that is there is replaced, a link or device
// is not. Throws Error(invalid) if `from` cannot be read, Error(failed) if `to` cannot be written.
void copy_file(const std::string& from, const std::string& to);

// SHA-256 of a file.
struct FileDigest {
  std::int64_t bytes = 0;
  std::string sha256;  // as sha256sum prints it: 64 digits
};

// Throws Error(invalid) naming a file that cannot be read or is not a regular file.
FileDigest digest_file(const std::string& path);

}  // namespace acctl

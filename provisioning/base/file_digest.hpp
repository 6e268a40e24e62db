// SHA-256 of a file, whatever its size.
#pragma once

#include <cstdint>
#include <string>

namespace acctl {

struct FileDigest {
  std::int64_t bytes = 0;
  std::string sha256;  // as sha256sum prints it: 64 digits
};

// Reads it part by part. Throws Error(invalid) naming a file that cannot be read or is not a regular file.
FileDigest digest_file(const std::string& path);

}  // namespace acctl

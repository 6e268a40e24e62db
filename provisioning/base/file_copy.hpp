// Copies a file of any size.
#pragma once

#include <string>

namespace acctl {

// Writes a copy of `from` as `to`, mode 0600, whole or not at all; a file that is there is replaced, a link or device
// is not. Throws Error(invalid) if `from` cannot be read, Error(failed) if `to` cannot be written.
void copy_file(const std::string& from, const std::string& to);

}  // namespace acctl

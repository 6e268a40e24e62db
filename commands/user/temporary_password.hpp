// Reads the temporary password of a user who is invited.
#pragma once

#include <string>

#include "provisioning/base/secret.hpp"

namespace acctl {

// From a file that only its owner can access, "-" for standard input; the end of its line is not part of it. Throws
// Error(invalid) if it is shorter than 12 characters, holds control characters, or is the user's address. No message
// says anything of it.
Secret read_temporary_password(const std::string& path, const std::string& email);

}  // namespace acctl

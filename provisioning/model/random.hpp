// Random values that nobody can guess, from the kernel's generator.
#pragma once

#include <cstddef>
#include <string>

namespace acctl {

// Throws Error(failed) where the kernel has none.
std::string random_bytes(std::size_t count);

// The same as letters, digits, - and _ (base64url without padding): 32 bytes become 43 characters.
std::string random_text(std::size_t bytes);

}  // namespace acctl

// Makes random values that nobody can guess, from the kernel's generator.
#pragma once

#include <cstddef>
#include <string>

namespace acctl {

// Throws Error(failed) if the kernel has none.
std::string random_bytes(std::size_t count);

// The same as base64url() has them.
std::string random_text(std::size_t bytes);

}  // namespace acctl

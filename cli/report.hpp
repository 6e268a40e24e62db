// Errors are rendered as text for people, or as one JSON object with -o json.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "provisioning/base/error.hpp"

namespace acctl {

// "file:line:column: message", as much of the place as there is.
std::string diagnostic_words(const Diagnostic& diagnostic);

// "acctl: message", diagnostics as file:line:column, then the hint; everything escaped. Of many diagnostics the first
// `most`, and how many more there are.
std::string error_text(const Error& error, std::size_t most = std::numeric_limits<std::size_t>::max());

// {"error":{"kind","message","hint","exit_code","diagnostics":[…]}}
std::string error_json(const Error& error);

// The exit code of `error`, of an interrupt by the signal that was caught.
int exit_status(const Error& error);

}  // namespace acctl

// The one table of exit codes: it feeds the program's end, `acctl help exit-codes` and the manual page.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

struct ExitCode {
  int code;
  std::string_view name;     // the "kind" of the JSON error object
  std::string_view meaning;  // for help and the manual
  std::optional<ErrorKind> kind = {};
};

std::span<const ExitCode> exit_codes();

// Those that `command` ends with, as it means them; the texts live as long as the command.
std::vector<ExitCode> collect_exit_codes(const Command& command);

// Of an interrupt it is the code for SIGINT; main replaces it when the signal was another.
const ExitCode& exit_code(ErrorKind kind);

}  // namespace acctl

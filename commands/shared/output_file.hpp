// Output files of commands: --out, --write, --directory.
#pragma once

#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace acctl {

// Writes the file with write_file(). With --dry-run, only reports that it would be written, and returns false.
bool write_output_file(Session& session, const std::string& path, std::string_view text);

}  // namespace acctl

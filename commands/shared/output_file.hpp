// Files that commands write because they are told to: --out, --write, --directory.
#pragma once

#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace acctl {

// Writes the file with write_file(); with --dry-run says that it would, and writes nothing. False then.
bool write_output_file(Session& session, const std::string& path, std::string_view text);

}  // namespace acctl

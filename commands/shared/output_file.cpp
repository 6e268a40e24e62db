#include "commands/shared/output_file.hpp"

#include "provisioning/base/files.hpp"

namespace acctl {

bool write_output_file(Session& session, const std::string& path, std::string_view text) {
  if (session.settings().dry_run) {
    session.terminal().info("dry run: " + path + " would be written");
    return false;
  }
  write_file(path, text);
  return true;
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/audit/audit.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

void show_head(Session& session, const NoOptions&) {
  Platform platform = open_platform(session);
  const AuditHead last = audit_head(platform.control());
  session.write_record({"id", "hash"}, {{"id", last.id}, {"hash", last.hash}});
}

}  // namespace

Command audit_head_command() {
  return command("head", "print the head of the audit trail, to be kept elsewhere", show_head)
      .describe(R"(
Prints the id and the hash of the last entry. If it is kept where nobody with write access to the control database can
change it, 'acctl audit verify --head' can prove later that nothing up to this entry was altered. With -v, a writing
command prints the head as its last line.)")
      .example("acctl audit head > head.txt", "Save the head, then move the file elsewhere.")
      .trail(Trail::nothing);
}

}  // namespace acctl

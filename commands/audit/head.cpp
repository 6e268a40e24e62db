#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/audit/audit.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

struct ShowTrailHead {};

int run(Session& session, const ShowTrailHead&) {
  Platform platform = open_platform(session);
  const AuditHead last = audit_head(platform.control());
  RecordWriter out = session.records(Shape::one, {"id", "hash"});
  out.add({{"id", last.id}, {"hash", last.hash}});
  out.finish();
  return 0;
}

}  // namespace

Command audit_head_command() {
  return command<ShowTrailHead>("head", "print the head of the audit trail, to be kept elsewhere", run)
      .describe(R"(
Prints the id and the hash of the last entry. If it is kept where nobody with write access to the control database can
change it, 'acctl audit verify --head' can prove later that nothing up to this entry was altered. With -v, a writing
command prints the head as its last line.)")
      .example("acctl audit head > head.txt", "Save the head, then move the file elsewhere.")
      .trail(Trail::nothing);
}

}  // namespace acctl

#include "cli/builder.hpp"
#include "commands/audit/audit.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

struct ExportTrail {
  std::int64_t after = 0;  // id of an entry
};

void run(Session& session, const ExportTrail& options) {
  if (session.given("--output") && session.format() != OutputFormat::json) {
    throw Error(ErrorKind::invalid, "'acctl audit export' always writes one JSON object per line", "Omit --output.");
  }
  if (options.after < 0) throw Error(ErrorKind::invalid, "--after: " + std::to_string(options.after) + " is negative");
  Platform platform = open_platform(session);
  export_audit(platform.control(), options.after, [](const std::string& json) { write_text(json + "\n"); });
}

}  // namespace

Command audit_export_command() {
  return command<ExportTrail>("export", "export the audit trail as JSON lines, oldest entry first", run)
      .describe(R"(
Writes one JSON object per entry, with everything that its hash is computed from, for an archive or a monitoring
system. The export itself is recorded in the trail.)")
      .option("--after ID", "export only entries after this one (default: 0)", &ExportTrail::after)
      .example("acctl audit export > trail.jsonl", "Write the entire trail.")
      .example("acctl audit export --after 1200 >> trail.jsonl", "Only newer entries, appended to the archive.")
      .trail(Trail::every_look);
}

}  // namespace acctl

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/audit/audit.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

void check_actions(const std::vector<std::string>& actions) {
  for (const std::string& action : actions) {
    if (!action.empty() && action.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.*") == std::string::npos) continue;
    throw Error(ErrorKind::invalid, "--action: '" + action + "' is not a valid action",
                "Use the form that 'acctl audit list' shows, such as tenant.suspend or tenant.*.");
  }
}

Json make_details(const AuditEntry& entry) {
  Json details = {{"run", entry.run}};
  if (entry.reason) details["reason"] = *entry.reason;
  if (entry.address) details["address"] = *entry.address;
  if (entry.before) details["before"] = Json::parse(*entry.before);
  if (entry.after) details["after"] = Json::parse(*entry.after);
  return details;
}

Json to_json(const AuditEntry& entry) {
  return {{"id", entry.id},
          {"at", entry.at},
          {"login", entry.login ? Json(*entry.login) : Json(nullptr)},
          {"origin", entry.origin},
          {"claimed_actor", entry.actor},
          {"action", entry.action},
          {"tenant", entry.tenant ? Json(*entry.tenant) : Json(nullptr)},
          {"outcome", entry.outcome},
          {"details", make_details(entry)},
          {"hash", entry.hash}};
}

void run(Session& session, const AuditFilter& options) {
  if (options.limit < 1) {
    throw Error(ErrorKind::invalid, "--limit: " + std::to_string(options.limit) + " is not positive");
  }
  check_actions(options.actions);
  Platform platform = open_platform(session);
  AuditFilter filter = options;
  filter.tenants = session.settings().tenants;
  for (const auto& [option, time] : {std::pair("--since", &filter.since), {"--until", &filter.until}}) {
    if (!time->empty()) *time = parse_past_moment(platform.control(), option, *time);
  }
  RecordWriter out = session.records(
      Shape::many, {"ID", "AT", "ACTION", "TENANT", "OUTCOME", "LOGIN", "CLAIMED ACTOR", "ORIGIN", "DETAILS"});
  for_each_audit_entry(platform.control(), filter, [&](const AuditEntry& entry) { out.add(to_json(entry)); });
  out.finish();
  if (out.empty()) session.terminal().info("no entries match");
}

}  // namespace

Command audit_list_command() {
  return command<AuditFilter>("list", "list entries of the audit trail, newest first", run)
      .describe(R"(
Lists who did what to the platform and its tenants, and what was refused. LOGIN is the role that the server saw;
CLAIMED ACTOR and ORIGIN are what the command line states about itself (--actor, user@host) and prove nothing. With
-t, only entries of these tenants are listed. For changes inside a tenant, see its own ledger: 'acctl log'.)")
      .option("--action ACTION", "list only this action, such as tenant.suspend or enterprise.*; repeatable",
              &AuditFilter::actions)
      .option("--outcome OUTCOME", "list only this outcome; repeatable", &AuditFilter::outcomes)
      .choices({"done", "refused", "failed"})
      .option("--login ROLE", "list only entries of this database role; repeatable", &AuditFilter::logins)
      .option("--claimed-actor NAME", "list only entries that name this actor; repeatable", &AuditFilter::actors)
      .option("--since TIME", "list only entries since this time: 2027-01-31T18:00:00Z, or an age such as 7d",
              &AuditFilter::since)
      .option("--until TIME", "list only entries before this time", &AuditFilter::until)
      .option("--limit N", "maximum number of entries (default: 50)", &AuditFilter::limit)
      .example("acctl audit list -t acme --since 30d", "All actions on one tenant within 30 days.")
      .example("acctl audit list --outcome refused --action 'user.*' -o json", "Refused attempts as JSON, for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl

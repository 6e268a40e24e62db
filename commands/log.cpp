// log: the ledgers of tenants.
#include "commands/commands.hpp"
#include "commands/edits.hpp"
#include "commands/open.hpp"
#include "provisioning/database/ledger.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct LogOptions {
  std::string run;
  std::int64_t limit = 50;
  std::vector<std::string> exclude;
};

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json to_json(const std::string& tenant, const RunRecord& run) {
  return {{"tenant", tenant},
          {"run", run.run},
          {"at", run.at},
          {"command", run.command},
          {"outcome", run.outcome},
          {"actor", run.actor},
          {"origin", run.origin},
          {"reason", or_null(run.reason)},
          {"commit", or_null(run.commit)},
          {"manager", or_null(run.manager)},
          {"loosened", or_null(run.loosened)},
          {"message", or_null(run.message)},
          {"undoes", or_null(run.undoes)},
          {"undone_by", or_null(run.undone_by)},
          {"changes", run.changes}};
}

Json to_json(const std::string& tenant, const Change& change) {
  return {
      {"tenant", tenant},
      {"action", word_for(change.action)},
      {"kind", change.kind},
      {"key", change.key},
      {"fields", to_json(change.fields)},
      {"source", change.place.line > 0 ? Json(change.place.file + ":" + std::to_string(change.place.line)) : Json()}};
}

// The runs of all tenants, or the changes of one run.
int log(Session& session, const LogOptions& options) {
  if (options.limit < 1)
    throw Error(ErrorKind::invalid, "--limit: " + std::to_string(options.limit) + " is not positive");
  Platform platform = open_platform(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, options.exclude);
  RecordWriter out = options.run.empty() ? session.records(Shape::many, {{"RUN", "/run"},
                                                                         {"TENANT", "/tenant"},
                                                                         {"AT", "/at"},
                                                                         {"COMMAND", "/command"},
                                                                         {"OUTCOME", "/outcome"},
                                                                         {"CHANGES", "/changes"},
                                                                         {"ACTOR", "/actor"},
                                                                         {"COMMIT", "/commit"},
                                                                         {"MANAGER", "/manager"},
                                                                         {"UNDONE BY", "/undone_by"},
                                                                         {"REASON", "/reason"}})
                                         : session.records(Shape::many, {{"ACTION", "/action"},
                                                                         {"KIND", "/kind"},
                                                                         {"KEY", "/key"},
                                                                         {"TENANT", "/tenant"},
                                                                         {"FIELDS", "/fields"},
                                                                         {"SOURCE", "/source"}});
  bool found = options.run.empty();
  for (const Tenant& tenant : tenants) {
    const std::unique_ptr<Connection> database = platform.tenant(tenant.server_dsn, tenant.database);
    for (const RunRecord& run : list_runs(*database, options.run, options.limit)) {
      found = true;
      if (options.run.empty()) {
        out.add(to_json(tenant.slug, run));
        continue;
      }
      for (const Change& change : changes_of_run(*database, run.id)) out.add(to_json(tenant.slug, change));
    }
  }
  if (!found) throw Error(ErrorKind::invalid, "there is no run '" + options.run + "' in these ledgers");
  out.finish();
  return 0;
}

}  // namespace

Command log_command() {
  auto options = std::make_shared<LogOptions>();
  return {
      .name = "log",
      .summary = "show the runs that changed a tenant, or the changes of one run",
      .description =
          "Each tenant has a ledger in its own database: every run with its actor, time, commit and reason, and what "
          "it "
          "changed field by field. Refused attempts are in it, too.",
      .arguments = {{.name = "RUN", .help = "show what this run changed", .target = &options->run, .required = false}},
      .options = {exclude_option(options->exclude),
                  {.name = "--limit",
                   .value = "N",
                   .help = "the newest N runs of each tenant (50)",
                   .target = &options->limit}},
      .examples = {{"acctl log -t acme", "The newest runs first."},
                   {"acctl log 3f9c0a71d2e4 -t acme -o json", "What one run changed, before and after."}},
      .run = [options](Session& session) { return log(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl

// audit list, verify, head and export: reading the trail of what was done to the platform.
#include "provisioning/platform/audit.hpp"

#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/access/expiry_time.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct TrailOptions {
  std::vector<std::string> actions;
  std::vector<std::string> outcomes;
  std::vector<std::string> logins;
  std::vector<std::string> actors;
  std::string since;
  std::string until;
  std::int64_t limit = 50;
};

void check_actions(const std::vector<std::string>& actions) {
  for (const std::string& action : actions) {
    if (!action.empty() && action.find_first_not_of("abcdefghijklmnopqrstuvwxyz-.*") == std::string::npos) continue;
    throw Error(ErrorKind::invalid, "--action: '" + action + "' is not an action",
                "Write it as 'acctl audit list' shows it, such as tenant.suspend or tenant.*.");
  }
}

Json details_of(const AuditEntry& entry) {
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
          {"details", details_of(entry)},
          {"hash", entry.hash}};
}

int list_entries(Session& session, const TrailOptions& options) {
  if (options.limit < 1) {
    throw Error(ErrorKind::invalid, "--limit: " + std::to_string(options.limit) + " is not positive");
  }
  check_actions(options.actions);
  Platform platform = open_platform(session);
  AuditFilter filter{.tenants = session.settings().tenants,
                     .actions = options.actions,
                     .outcomes = options.outcomes,
                     .logins = options.logins,
                     .actors = options.actors,
                     .since = {},
                     .until = {},
                     .limit = options.limit};
  if (!options.since.empty()) filter.since = past_moment_of(platform.control(), "--since", options.since);
  if (!options.until.empty()) filter.until = past_moment_of(platform.control(), "--until", options.until);
  RecordWriter out = session.records(Shape::many, {{"ID", "/id"},
                                                   {"AT", "/at"},
                                                   {"LOGIN", "/login"},
                                                   {"CLAIMED ACTOR", "/claimed_actor"},
                                                   {"ORIGIN", "/origin"},
                                                   {"ACTION", "/action"},
                                                   {"TENANT", "/tenant"},
                                                   {"OUTCOME", "/outcome"},
                                                   {"DETAILS", "/details"}});
  for_each_audit_entry(platform.control(), filter, [&](const AuditEntry& entry) { out.add(to_json(entry)); });
  out.finish();
  return 0;
}

// Whatever shape a head was kept in, it is one number and one hash: what 'audit head' printed in any format, or the
// line that a run with -v ends with.
AuditHead read_head(const std::string& path) {
  const std::string text = path == "-" ? read_standard_input(4096) : read_file(path, 4096);
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  std::vector<std::string> ids;
  std::vector<std::string> hashes;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string word = text.substr(at, end - at);
    const bool hexadecimal = word.find_first_not_of("0123456789abcdef") == std::string::npos;
    const bool number = word.find_first_not_of("0123456789") == std::string::npos;
    if (word.size() == 64 && hexadecimal) {
      hashes.push_back(word);
    } else if (!word.empty() && word.size() <= 18 && number) {
      ids.push_back(word);
    }
    at = std::max(end, at + 1);
  }
  if (ids.size() == 1 && hashes.size() == 1) return {std::stoll(ids.front()), hashes.front()};
  throw Error(ErrorKind::invalid, "--head: " + path + " does not hold the id and the hash of one entry",
              "Give it what 'acctl audit head' printed.");
}

std::string entries_of(const AuditProblem& problem) {
  if (problem.first == problem.last) return "entry " + std::to_string(problem.first);
  return "entries " + std::to_string(problem.first) + " to " + std::to_string(problem.last);
}

std::string words_of(const AuditProblem& problem) {
  const bool one = problem.first == problem.last;
  switch (problem.what) {
    case AuditProblem::What::changed:
      return entries_of(problem) + " was changed";
    case AuditProblem::What::missing:
      return entries_of(problem) + (one ? " is missing" : " are missing");
    case AuditProblem::What::cut:
      return entries_of(problem) + (one ? " is" : " are") + " missing at the end: the trail was cut";
    case AuditProblem::What::unknown:
      return entries_of(problem) + (one ? " comes" : " come") + " after the last one that the database remembers";
    case AuditProblem::What::rewritten:
      return entries_of(problem) + " is not the one that the head was kept of: it, or one before it, was rewritten";
  }
  return "";
}

std::string_view name_of(AuditProblem::What what) {
  switch (what) {
    case AuditProblem::What::changed:
      return "changed";
    case AuditProblem::What::missing:
      return "missing";
    case AuditProblem::What::cut:
      return "cut";
    case AuditProblem::What::unknown:
      return "unknown";
    case AuditProblem::What::rewritten:
      return "rewritten";
  }
  return "";
}

Json to_json(const AuditCheck& check) {
  Json problems = Json::array();
  for (const AuditProblem& problem : check.problems) {
    problems.push_back({{"problem", name_of(problem.what)}, {"first", problem.first}, {"last", problem.last}});
  }
  return {{"verified", check.problems.empty()},
          {"entries", check.entries},
          {"head", {{"id", check.head.id}, {"hash", check.head.hash}}},
          {"problems", problems}};
}

int verify_trail(Session& session, const std::string& head_file) {
  const std::optional<AuditHead> kept = head_file.empty() ? std::nullopt : std::optional(read_head(head_file));
  Platform platform = open_platform(session);
  const AuditCheck check = check_audit(platform.control(), kept, [&](std::int64_t entries) {
    session.terminal().progress(std::to_string(entries) + " entries verified");
  });
  RecordWriter out = session.records(
      Shape::one,
      {{"verified", "/verified"}, {"entries", "/entries"}, {"head id", "/head/id"}, {"head hash", "/head/hash"}});
  out.add(to_json(check));
  out.finish();
  if (check.problems.empty()) return 0;
  std::vector<Diagnostic> problems;
  for (const AuditProblem& problem : check.problems) problems.push_back({"", 0, 0, words_of(problem)});
  if (check.more_problems) problems.push_back({"", 0, 0, "more entries are wrong than these"});
  throw Error(ErrorKind::conflict, "the audit trail is not as it was written",
              "Compare it with a backup of the control database; a superuser of its server can change it.",
              std::move(problems));
}

int show_head(Session& session) {
  Platform platform = open_platform(session);
  const AuditHead last = audit_head(platform.control());
  RecordWriter out = session.records(Shape::one, {{"id", "/id"}, {"hash", "/hash"}});
  out.add({{"id", last.id}, {"hash", last.hash}});
  out.finish();
  return 0;
}

int export_trail(Session& session, std::int64_t after) {
  if (session.given("--output") && session.format() != OutputFormat::json) {
    throw Error(ErrorKind::invalid, "an exported trail is one JSON object per line and nothing else",
                "Leave out --output.");
  }
  if (after < 0) throw Error(ErrorKind::invalid, "--after: " + std::to_string(after) + " is negative");
  Platform platform = open_platform(session);
  export_audit(platform.control(), after, [](const std::string& json) { write_text(json + "\n"); });
  return 0;
}

Command audit_list_command() {
  auto options = std::make_shared<TrailOptions>();
  return {
      .name = "list",
      .summary = "list entries of the audit trail, the newest first",
      .description =
          "Lists who did what to the platform and its tenants, and what was refused. LOGIN is the role that the server "
          "saw; CLAIMED ACTOR and ORIGIN are what the command line said of itself (--actor, user@host) and prove "
          "nothing. With -t only entries of these tenants. What changed inside of a tenant is in its own ledger: "
          "'acctl log'.",
      .options =
          {{.name = "--action",
            .value = "ACTION",
            .help = "only this action, such as tenant.suspend or enterprise.*; repeatable",
            .target = &options->actions},
           {.name = "--outcome",
            .value = "OUTCOME",
            .help = "only this outcome; repeatable",
            .target = &options->outcomes,
            .choices = {"done", "refused", "failed"}},
           {.name = "--login",
            .value = "ROLE",
            .help = "only entries of this login of the server; repeatable",
            .target = &options->logins},
           {.name = "--claimed-actor",
            .value = "NAME",
            .help = "only entries that name this actor; repeatable",
            .target = &options->actors},
           {.name = "--since",
            .value = "TIME",
            .help = "only entries from this time on: 2027-01-31T18:00:00Z, or how long ago (7d)",
            .target = &options->since},
           {.name = "--until", .value = "TIME", .help = "only entries before this time", .target = &options->until},
           {.name = "--limit",
            .value = "N",
            .help = "maximum number of entries (default: 50)",
            .target = &options->limit}},
      .examples = {{"acctl audit list -t acme --since 30d", "What was done to one tenant in a month."},
                   {"acctl audit list --outcome refused --action 'user.*' -o json", "Refused attempts, for scripts."}},
      .trail = Trail::nothing,
      .run = [options](Session& session) { return list_entries(session, *options); },
      .storage = options,
  };
}

Command audit_verify_command() {
  auto file = std::make_shared<std::string>();
  return {
      .name = "verify",
      .summary = "verify that the audit trail is as it was written",
      .description =
          "Computes the hash of every entry again and follows the chain from the first entry to the last. Names each "
          "entry that was changed or is missing, and exits with 7. Entries that were cut off at the end, or a trail "
          "that was written anew as a whole, can only be noticed with a head that was kept elsewhere: --head. The "
          "trail is read in parts; memory does not grow with it.",
      .options = {{.name = "--head",
                   .value = "FILE",
                   .help = "a head kept from before, as 'acctl audit head' printed it; - is standard input",
                   .target = file.get(),
                   .values = Values::file}},
      .examples = {{"acctl audit verify", "By the head that the database has."},
                   {"acctl audit verify --head /media/kept/head.txt", "By one that nobody could change."}},
      .trail = Trail::nothing,
      .run = [file](Session& session) { return verify_trail(session, *file); },
      .storage = file,
  };
}

Command audit_head_command() {
  return {
      .name = "head",
      .summary = "print the head of the audit trail, to be kept elsewhere",
      .description =
          "Prints the id and the hash of the last entry. Kept where nobody who can write to the control database can "
          "write, it lets 'acctl audit verify --head' prove later that nothing up to that entry was changed. A writing "
          "command with -v ends with the same.",
      .examples = {{"acctl audit head > head.txt", "Then take the file elsewhere."}},
      .trail = Trail::nothing,
      .run = show_head,
  };
}

Command audit_export_command() {
  auto after = std::make_shared<std::int64_t>(0);
  return {
      .name = "export",
      .summary = "write the audit trail as JSON lines, the oldest entry first",
      .description =
          "Writes one JSON object per entry with everything that its hash is made of, for an archive or a system that "
          "watches. The export is itself recorded in the trail.",
      .options = {{.name = "--after",
                   .value = "ID",
                   .help = "only entries after this one (default: 0)",
                   .target = after.get()}},
      .examples = {{"acctl audit export > trail.jsonl", "All of it."},
                   {"acctl audit export --after 1200 >> trail.jsonl", "What has come since."}},
      .trail = Trail::every_look,
      .run = [after](Session& session) { return export_trail(session, *after); },
      .storage = after,
  };
}

}  // namespace

Command audit_command() {
  return {
      .name = "audit",
      .summary = "the audit trail: read it, and verify that it is whole",
      .description =
          "The control database keeps an entry of each action of staff on the platform and its tenants, of refused "
          "attempts, exports and reviews. Entries are only added, and each carries the hash of the one before it.",
      .subcommands = {audit_list_command(), audit_verify_command(), audit_head_command(), audit_export_command()},
  };
}

}  // namespace acctl

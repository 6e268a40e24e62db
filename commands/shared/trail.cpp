#include "commands/shared/trail.hpp"

// What each run leaves in the audit trail: the one place that records refusals, whatever command they come from.
#include <nlohmann/json.hpp>

#include "cli/report.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/platform/audit.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

// A message may hold what somebody typed; nobody is to fill the trail with it.
constexpr std::size_t longest_message = 2'000;
constexpr std::size_t most_diagnostics = 20;

// The outcome that an error is recorded with; "" where it is not. Usage errors and lost connections are no attempts at
// anything, and an interrupted run has rolled back.
std::string to_outcome(const Session& session, const Error& error) {
  switch (error.kind()) {
    case ErrorKind::refused:
    case ErrorKind::conflict:
    case ErrorKind::test_failed:
    case ErrorKind::confirmation:
      return "refused";
    case ErrorKind::partial:
      return "failed";
    case ErrorKind::invalid:
      return session.was_wrongly_confirmed() ? "refused" : "";
    case ErrorKind::failed:
    case ErrorKind::connection:
    case ErrorKind::locked:
    case ErrorKind::interrupted:
      return "";
  }
  return "";
}

// "tenant.create"
std::string to_action(const std::vector<const Command*>& path) {
  std::string action;
  for (const Command* command : path) action += (action.empty() ? "" : ".") + command->name;
  return action;
}

// What the run named or meant: -t, and arguments that are slugs, that of a tenant to be created among them.
std::vector<std::string> named_tenants(const Session& session, const Command& command) {
  std::vector<std::string> slugs = session.settings().tenants;
  slugs.insert(slugs.end(), session.noted_tenants().begin(), session.noted_tenants().end());
  for (const Argument& argument : command.arguments) {
    if (argument.values != Values::tenants && argument.name != "SLUG") continue;
    if (const auto* one = std::get_if<std::string*>(&argument.target)) {
      if (!(*one)->empty()) slugs.push_back(**one);
    } else if (const auto* many = std::get_if<std::vector<std::string>*>(&argument.target)) {
      slugs.insert(slugs.end(), (*many)->begin(), (*many)->end());
    }
  }
  std::ranges::sort(slugs);
  slugs.erase(std::ranges::unique(slugs).begin(), slugs.end());
  return slugs;
}

std::string shorten_value(const std::string& text) {
  if (text.size() <= longest_message) return text;
  std::size_t end = 0;  // not inside of a character
  while (end < longest_message) end += std::max<std::size_t>(utf8_length(text, end), 1);
  return text.substr(0, end) + "…";
}

// Names and messages only: the values of options may be secret and are never recorded.
Json make_details(const Session& session, const std::vector<std::string>& tenants, const Error* error) {
  const Settings& settings = session.settings();
  Json details = Json::object();
  if (tenants.size() > 1) details["tenants"] = tenants;
  if (settings.all) details["all"] = true;
  if (!settings.match.empty()) details["match"] = settings.match;
  if (!settings.as.empty()) details["as"] = settings.as;
  if (error == nullptr) return details;
  details["error"] = shorten_value(error->what());
  details["exit_code"] = exit_status(*error);
  for (const Diagnostic& one : error->diagnostics()) {
    if (details["diagnostics"].size() == most_diagnostics) break;
    details["diagnostics"].push_back(shorten_value(one.message));
  }
  return details;
}

void record_ending(Session& session, const std::vector<const Command*>& path, const std::string& outcome,
                   const Error* error) {
  const std::vector<std::string> tenants = named_tenants(session, *path.back());
  Platform platform = open_platform(session);
  record_command(platform.control(), platform.actor(), to_action(path), outcome,
                 tenants.size() == 1 ? tenants.front() : "",
                 make_details(session, tenants, error).dump(-1, ' ', false, Json::error_handler_t::replace));
}

// The refusal is the error; a failure to record it is only a warning.
void record_refused(Session& session, const std::vector<const Command*>& path, const Error& error) {
  const std::string outcome = to_outcome(session, error);
  if (outcome.empty()) return;
  try {
    record_ending(session, path, outcome, &error);
  } catch (const Error& why) {
    // A schema that this acctl does not know is refused here, too.
    if (std::string(why.what()) != error.what()) {
      session.terminal().warn("this run is not recorded in the audit trail: " + std::string(why.what()));
    }
  }
}

}  // namespace

void keep_trail(Session& session, const std::vector<const Command*>& path, const Error* error) {
  const Trail trail = path.back()->trail;
  if (trail == Trail::nothing || session.only_looks() || session.settings().dry_run) return;
  if (error != nullptr) {
    record_refused(session, path, *error);
  } else if (trail == Trail::every_run || trail == Trail::every_look) {
    record_ending(session, path, "done", nullptr);
  }
  if (error == nullptr && session.settings().verbose) {
    const AuditHead head = audit_head(open_platform(session).control());
    session.terminal().verbose("audit head: " + std::to_string(head.id) + " " + head.hash);
  }
}

}  // namespace acctl

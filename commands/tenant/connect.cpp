#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "commands/tenant/reports.hpp"
#include "commands/tenant/tenant.hpp"
#include "provisioning/base/client_process.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/delivery/announcement.hpp"
#include "provisioning/local/client_program.hpp"
#include "provisioning/tenants/data_dump.hpp"
#include "provisioning/tenants/visits.hpp"

namespace acctl {

namespace {

constexpr std::chrono::hours default_time{1};
constexpr std::chrono::hours longest_time{24};

struct ConnectTenant {
  std::string slug;
  std::string time;
  bool writes = false;
};

std::chrono::milliseconds read_time(const Session& session, const ConnectTenant& options) {
  if (!session.given("--for")) return default_time;
  const auto time = parse_duration("--for", options.time);
  if (time > longest_time || time < std::chrono::seconds(1)) {
    throw Error(ErrorKind::invalid, "--for: " + options.time + " is not between 1s and 24h",
                "A session that ended can be opened again.");
  }
  return time;
}

void require_reason(const Session& session) {
  if (session.settings().reason.find_first_not_of(' ') != std::string::npos) return;
  throw Error(ErrorKind::invalid, "a reason is required",
              "Say why with --reason, such as a ticket: --reason 'case 4711'.");
}

// What psql reads of the environment of a person.
std::vector<std::string> personal_environment() {
  std::vector<std::string> all;
  for (const char* name : {"TERM", "PAGER", "PSQL_PAGER", "LESS", "EDITOR", "VISUAL", "PSQL_EDITOR", "PSQL_HISTORY",
                           "PSQLRC", "COLUMNS", "LINES", "NO_COLOR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) all.push_back(std::string(name) + "=" + value);
  }
  return all;
}

// As psql's manual has it: a statement failed, and ON_ERROR_STOP was set.
constexpr int psql_stopped = 3;

// What nobody types is a script: it must not go on behind a statement that failed, and then end as if all were well. A
// script can say otherwise.
std::vector<std::string> psql_words(const std::string& conninfo) {
  std::vector<std::string> words = {find_client_program("psql"), "--no-password", "--dbname=" + conninfo};
  if (isatty(STDIN_FILENO) == 0) words.emplace_back("--set=ON_ERROR_STOP=1");
  return words;
}

Attached run_psql(const Platform& platform, const Tenant& tenant, const OpenedVisit& opened,
                  std::chrono::steady_clock::time_point deadline) {
  const ClientAccess access(tenant_dsn(platform, tenant)
                                .with("user", opened.visit.role)
                                .with("application_name", "acctl/" + platform.actor().run),
                            opened.password);
  std::vector<std::string> environment = access.environment();
  for (std::string& one : personal_environment()) environment.push_back(std::move(one));
  return run_attached({.program = {.words = psql_words(access.conninfo()),
                                   .folder = std::filesystem::current_path().string(),
                                   .inherited = access.descriptor()},
                       .environment = std::move(environment)},
                      [deadline] { return interrupted()() || std::chrono::steady_clock::now() >= deadline; });
}

// By a session of its own, which an interrupt does not end: the visit must not outlive its psql. False if another run
// has ended it: then psql may not know, and nobody does how much of its input was run.
bool close_visit(Session& session, const Visit& visit, VisitEnd end) {
  SessionOptions options = session_options(session);
  options.interrupted = nullptr;
  try {
    Platform platform(control_dsn(session), options, read_actor(session));
    return end_visit(platform, visit, end);
  } catch (const Error& error) {
    throw Error(
        error.kind(), "the database role " + visit.role + " could not be dropped: " + error.what(),
        "Run 'acctl tenant disconnect " + visit.tenant + "'; 'acctl tenant purge' does it after " + visit.until + ".");
  }
}

[[noreturn]] void throw_end_of_psql(const Attached& psql) {
  if (!WIFEXITED(psql.status)) throw Error(ErrorKind::failed, "psql was ended by a signal");
  const int status = WEXITSTATUS(psql.status);
  const std::string ended = "psql ended with status " + std::to_string(status);
  if (status != psql_stopped) throw Error(ErrorKind::failed, ended);
  throw Error(ErrorKind::failed, "a statement failed, and those after it were not run (" + ended + ")",
              "What ran before it stays, unless it stood in a transaction.");
}

void report_end(Session& session, const Visit& visit, const Attached& psql, VisitEnd end, bool by_us) {
  if (interrupted()()) {
    throw Error(ErrorKind::interrupted, "interrupted; the session with tenant " + visit.tenant + " has ended");
  }
  if (end == VisitEnd::expired) {
    throw Error(ErrorKind::locked, "the time of the session with tenant " + visit.tenant + " is over",
                "Connect again, with a longer --for if necessary.");
  }
  if (!by_us) {
    throw Error(ErrorKind::locked, "another run of acctl has ended the session with tenant " + visit.tenant,
                "See 'acctl audit list -t " + visit.tenant + "' for who did; what was not committed is rolled back.");
  }
  session.terminal().info("the session with tenant " + visit.tenant + " has ended");
  if (WIFEXITED(psql.status) && WEXITSTATUS(psql.status) == 0) return;
  throw_end_of_psql(psql);
}

Consent require_consent_to_write(Session& session, const Tenant& tenant, const ConnectTenant& options) {
  Outlook outlook;
  if (options.writes) outlook.changing.push_back(tenant.slug);
  return require_consent(session, outlook, AskedBy::files,
                         "Do you want to open " + describe_tenant(tenant) + " for writing?");
}

void run(Session& session, const ConnectTenant& options) {
  require_reason(session);
  const auto time = read_time(session, options);
  find_client_program("psql");
  Platform platform = open_platform(session);
  const Tenant tenant = require_tenant(platform, read_slug(session, options.slug));
  require_visitable(tenant);
  std::optional<TenantSession> database = enter(platform, tenant);
  const Announcement announcement = prepare_announcement(*database, tenant);
  const std::size_t told = announcement.recipients.size();
  if (session.settings().no_mail && announcement.wanted) {
    throw Error(ErrorKind::refused, "tenant " + tenant.slug + " wants access to be announced to its administrators",
                "Leave out --no-mail.");
  }
  tell_messages(session, {.notifications = told});
  const Consent consent = require_consent_to_write(session, tenant, options);
  if (consent == Consent::ask) database.emplace(enter(platform, tenant));  // the answer may have taken long
  if (consent == Consent::rehearse) {
    session.terminal().info("dry run: tenant " + tenant.slug + " could be connected to; nothing was done");
    return;
  }
  send_announcement(platform, announcement, options.writes, &interrupted());
  const auto deadline = std::chrono::steady_clock::now() + time;
  const OpenedVisit opened = open_visit(platform, tenant, *database,
                                        {.writes = options.writes, .time = time, .announced = static_cast<int>(told)});
  database.reset();
  session.terminal().info("tenant " + tenant.slug + ", " + (options.writes ? "for writing" : "read only") + ", until " +
                          opened.visit.until + (told > 0 ? "; announced to " + counted(told, "administrator") : ""));
  VisitEnd end = VisitEnd::closed;
  Attached psql;
  try {
    psql = run_psql(platform, tenant, opened, deadline);
    if (psql.stopped && !interrupted()()) end = VisitEnd::expired;
  } catch (const Error&) {
    close_visit(session, opened.visit, VisitEnd::abandoned);
    throw;
  }
  const bool by_us = close_visit(session, opened.visit, end);
  report_end(session, opened.visit, psql, end, by_us);
}

}  // namespace

Command tenant_connect_command() {
  return command<ConnectTenant>("connect", "open psql in a tenant's database for a limited time", run)
      .describe(R"(
Opens psql in the database of one tenant, under a database role that is made for this session and dropped when psql
ends, when the time of --for is over, or by 'tenant disconnect'. The role reads what the tenant's application can
read. With --write it may also change, after a prompt, what the application may change of work and configuration,
under the same rules; but not who gets in: users (but for their names), roles, API keys, sessions and invitations are
changed by the commands for them.

Statements are read from standard input if that is not a terminal; they stop at the first one that fails, and acctl
ends with exit 1. What ran before it stays, unless it stood in a transaction. '\set ON_ERROR_STOP off' as the first
line runs them all.

A --reason is required. It is recorded in the audit trail with the beginning and the end of the session. If the
tenant's setting support.announce_access is true, its active administrators get a message before the session begins;
if there is none of them, or a message cannot be sent, there is no session. If acctl is killed, psql ends with it;
'tenant disconnect', or 'tenant purge' after the time is over, drops the role.)")
      .with(slug_argument, &ConnectTenant::slug)
      .option("--write", "also change work and configuration (default: read only)", &ConnectTenant::writes)
      .option("--for TIME", "time after which the session ends, at most 24h (default: 1h)", &ConnectTenant::time)
      .exits(1, "failed; a statement that was read from a file failed")
      .exits(5, "the tenant wants access to be announced to its administrators, and nobody can be told")
      .exits(9, "the time of --for was over, or another run has ended the session")
      .example("acctl tenant connect acme --reason 'case 4711'", "Look around for an hour at most.")
      .example("acctl tenant connect acme --write --for 15m --reason 'case 4711' --yes < fix.sql",
               "Run a file of statements.");
}

}  // namespace acctl

#include "commands/shared/connect_platform.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/configuration.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/local/cluster.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

const std::string& user_at_host() {
  static const std::string text = [] {
    char host[256] = "localhost";
    gethostname(host, sizeof host - 1);
    const passwd* user = getpwuid(geteuid());
    return (user != nullptr ? std::string(user->pw_name) : std::to_string(geteuid())) + "@" + host;
  }();
  return text;
}

// On the command line, or in a configuration file that others can read, a password is no secret.
void refuse_readable_password(const Session& session, const Dsn& dsn) {
  if (!dsn.holds_secret()) return;
  if (session.given("--database")) {
    throw Error(ErrorKind::invalid, "--database contains a password, which every user of this machine could read",
                "Put the password into the password file (~/.pgpass), a service file or ACCTL_DATABASE_URL.");
  }
  if (std::getenv("ACCTL_DATABASE_URL") != nullptr) return;
  constexpr auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
  const std::string path = configuration_path();
  if ((std::filesystem::status(path).permissions() & others) == std::filesystem::perms::none) return;
  throw Error(ErrorKind::invalid, path + " contains a password, and other users can read it", "Run: chmod 600 " + path);
}

// The embedded server is not what somebody meant who has named an environment.
void refuse_lost_database(const Session& session) {
  const Settings& settings = session.settings();
  if (!settings.lacks_database) return;
  throw Error(ErrorKind::invalid, "context " + settings.context + " does not name a database",
              "Run: acctl config set " + settings.context + " database=URL");
}

std::string beside_the_cluster(const std::string& name) {
  const std::string folder = LocalCluster::default_folder();
  return folder.substr(0, folder.rfind('/') + 1) + name;
}

std::string find_key_path(const Session& session) {
  const std::string& named = session.settings().key_file;
  return named.empty() ? default_key_path() : named;
}

}  // namespace

const std::function<bool()>& interrupted() {
  static const std::function<bool()> asked = [] { return interrupt_signal() != 0; };
  return asked;
}

Mode read_mode(const Session& session) { return session.settings().dry_run ? Mode::rehearse : Mode::perform; }

Dsn control_dsn(Session& session) {
  const std::string& url = session.settings().database;
  if (url.empty()) {
    refuse_lost_database(session);
    LocalCluster local(LocalCluster::default_folder(), &interrupted());
    return session.starts_nothing() ? local.running_dsn() : local.started_dsn();
  }
  const Dsn dsn = Dsn::parse(url);
  refuse_readable_password(session, dsn);
  return dsn;
}

SessionOptions session_options(const Session& session) {
  const Milliseconds limit = session.timeout();
  return {.application = "acctl/" + session.run(),
          .connect_timeout = limit,
          .statement_timeout = limit,
          // It ends before the statement does, so that what is said is who holds what, not that time ran out.
          .lock_timeout = std::min(limit - limit / 10, Milliseconds(10'000)),
          .interrupted = &interrupted(),
          .hold_mail = session.settings().no_mail};
}

Actor read_actor(const Session& session) {
  Actor actor{.run = session.run(),
              .name = session.settings().actor,
              .origin = user_at_host(),
              .reason = session.settings().reason};
  for (const char* variable : {"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR", "BUILD_USER_ID"}) {
    const char* value = std::getenv(variable);
    // Nobody chose it: one that --actor would be refused is passed over.
    const bool fits = value != nullptr && *value != '\0' && line_problem(value, longest_actor).empty();
    if (actor.name.empty() && fits) actor.name = value;
  }
  if (actor.name.empty()) actor.name = actor.origin;
  return actor;
}

Platform begin_platform(Session& session) {
  const Actor actor = read_actor(session);
  return Platform(control_dsn(session), session_options(session), actor, find_key_path(session), Connect::async);
}

Platform open_platform(Session& session) {
  Platform platform = begin_platform(session);
  platform.open();
  return platform;
}

std::string default_storage_root() { return beside_the_cluster("storage"); }

std::string default_mail_folder() { return beside_the_cluster("mail"); }

}  // namespace acctl

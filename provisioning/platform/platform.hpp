// Opens the platform: the control database, for an actor with a reason. Every command that touches tenants starts here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/platform/actor.hpp"
#include "provisioning/platform/audit.hpp"
#include "provisioning/platform/mail_settings.hpp"

namespace acctl {

// Whether a command does its work, or only checks that it could.
enum class Mode { perform, rehearse };

struct PlatformSettings {
  std::string base_domain;      // tenants are reached at <slug>.<base_domain>
  std::string storage_root;     // absolute folder
  std::string key_fingerprint;  // "" as long as no key was needed (provisioning/access/tokens.hpp)
  MailSettings mail;
};

class Platform {
 public:
  // Connects. Throws Error(connection); Error(conflict) for a pooler that would not hold locks, or for a schema that
  // this acctl does not know; Error(failed) if the platform was never initialised or needs an upgrade. `key_path`:
  // where the platform's key is on this machine. With Connect::async it only begins to connect; open() does the rest,
  // before anything else is asked of it.
  Platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor, std::string key_path = "",
           Connect begin = Connect::wait);

  // `foreseen`: what ask() will be asked next; its answer comes in the same round trip.
  void open(const std::optional<Statement>& foreseen = {});

  // A statement in the control database. An answer that was foreseen is given once.
  Rows ask(const Statement& statement);

  Connection& control() const { return *control_; }

  // What `work` throws, for a caller that goes on with others, which nobody can without the control database.
  template <class Work>
  std::optional<Error> catch_failure(const Work& work) const {
    try {
      work();
      return std::nullopt;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || !control_->usable()) throw;
      return error;
    }
  }

  const Actor& actor() const { return actor_; }
  const PlatformSettings& settings() const { return settings_; }
  const std::string& key_path() const { return key_path_; }

  // The server's own session for what concerns it as a whole (databases, roles). `dsn` is the server's, "" for the
  // cluster of the control database, whose session then serves both. The reference is good until the next call.
  Connection& server(const std::string& name, const std::string& dsn);

  // A session in a database on that server, whosever it is. Tenants' databases are entered through
  // provisioning/tenants/session.hpp alone.
  std::unique_ptr<Connection> database(const std::string& server_dsn, const std::string& name,
                                       Connect begin = Connect::wait) const;

  // How many of `wanted` workers for `items` of work fit the server of the control database, if each begins `each`
  // sessions there. One at least: what has no place on another server waits for it.
  int fitting_workers(int wanted, std::size_t items, int each) const;

  // Another session of the same actor: connections belong to one thread each.
  std::unique_ptr<Platform> another() const;

 private:
  Dsn server_dsn(const std::string& dsn) const;

  Dsn dsn_;
  SessionOptions session_;
  Actor actor_;
  std::string key_path_;
  std::unique_ptr<Connection> control_;
  std::optional<std::pair<Statement, Rows>> foreseen_;
  std::string server_name_;
  std::unique_ptr<Connection> server_;
  PlatformSettings settings_;
};

struct InitOptions {
  std::string base_domain;   // "" keeps what is set, at first "acctl.localhost"
  std::string storage_root;  // "" keeps what is set, at first `default_storage_root`
  std::string default_storage_root;
  std::string default_mail_folder;  // where nothing is said of mail yet: a Maildir; "" leaves it unsaid
};

// Creates the control database if the server has none of that name, brings its schema to the head, and makes the shared
// database roles of its cluster. True when anything had to be done.
bool initialise_platform(const Dsn& dsn, const SessionOptions& session, const Actor& actor, const InitOptions& options);

// The folders outside of the databases that the platform of a control database has made.
struct PlatformFolders {
  std::vector<std::string> storage;  // of its tenants, absolute
  std::string mail;                  // its Maildir; "" if mail leaves another way
};

// Both empty if there is no initialised platform; works on every schema that has tenants.
PlatformFolders platform_folders(const Dsn& dsn, const SessionOptions& session);

struct ServerRecord {
  std::int64_t id = 0;
  std::string name;
  std::string region;
  std::string dsn;
  std::string state;
  std::int64_t tenants = 0;
};

struct PlatformStatus {
  std::string database;
  int schema_version = 0;  // 0: not initialised
  int head = 0;
  PlatformSettings settings;
  std::vector<ServerRecord> servers;
  std::vector<std::pair<std::string, std::int64_t>> tenants;  // by status
  std::optional<AuditHead> audit;                             // none if the schema has no audit trail yet
};

// Looks without changing; works on a database that was never initialised or needs an upgrade.
PlatformStatus platform_status(const Dsn& dsn, const SessionOptions& session);

}  // namespace acctl

// The embedded server: a private, durable PostgreSQL cluster, reached through a unix socket only. With nothing
// configured every command works on it.
//
//   FOLDER/data         the cluster (0700); renamed into place when it is complete
//   FOLDER/run          its socket; 0700, and so the gate: who can enter is trusted
//   FOLDER/log          a file for each weekday, overwritten after a week (server_log.hpp)
//   FOLDER/lock         held (flock) by who starts, stops or destroys
//   FOLDER/server.lock  held by the server itself as long as one of its processes lives (server_lock.hpp)
//
// The folder may be shared: whoever else sees it, in another container of this machine, uses the one server.
//
// For root, data, run and log belong to the account `postgres`; FOLDER itself stays root's.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "provisioning/base/process.hpp"
#include "provisioning/database/dsn.hpp"
#include "provisioning/local/installation.hpp"
#include "provisioning/local/server_lock.hpp"
#include "provisioning/local/server_log.hpp"

namespace acctl {

struct LocalStatus {
  bool running = false;
  std::optional<std::string> version;  // major version; nothing if no cluster was made yet
  std::string data;
  std::string socket;  // the folder of the socket
  std::string url;
  std::optional<int> pid;  // nothing if it runs in another container, whose numbers mean nothing here
};

class LocalCluster {
 public:
  // `folder` absolute. Throws Error(invalid) if the path of the socket in it would be too long or cannot be written in
  // a connection string. `interrupted` is asked while waiting; its yes becomes Error(interrupted).
  explicit LocalCluster(std::string folder, const std::function<bool()>* interrupted = nullptr);

  // $XDG_DATA_HOME/acctl/local, else ~/.local/share/acctl/local; for root /var/lib/acctl/local. Throws Error(invalid)
  // if the environment names none.
  static std::string default_folder();

  // Role and database acctl; does not look whether the server runs.
  Dsn dsn() const;

  // The same, with the server started if it was down. Costs a running server nothing and us 50 microseconds.
  Dsn started_dsn();

  // The same for commands that must not start anything: throws Error(connection) with a hint if the server is down.
  Dsn running_dsn() const;

  // Makes the cluster if there is none, starts it if it is down; true if it did either. Finishes what a killed call
  // left. Throws Error(conflict) for a folder that is not ours, or that another machine's server may be using;
  // Error(locked) if another call or a recovery takes too long, Error(failed) if PostgreSQL is missing or does not
  // start.
  bool up();

  // Ends sessions and stops the server; true if it ran. Throws Error(conflict) if it runs in another container, out of
  // reach of our signals.
  bool down();

  // Brings the data to the major version of `target` by pg_upgrade; the server runs afterwards. A copy is upgraded and
  // exchanged for the original when it has started, so that a failure or a kill at any point leaves a whole cluster.
  void upgrade(const Installation& target);

  LocalStatus status() const;

  // Stops the server and removes its folder with all data; true if there was one. Files of others in it stay. Throws
  // Error(failed) if something of ours cannot be removed.
  bool destroy();

 private:
  void administer_roles() const;  // after pg_upgrade
  std::string socket_folder() const { return folder_ + "/run"; }
  std::string socket() const;
  std::string log_folder() const { return folder_ + "/log"; }
  bool accepts() const;
  bool unused() const;
  bool exists() const;
  std::string make_part_of_new_name() const;
  void make();
  void make_part(const std::string& path) const;
  void start();
  void take_server_lock();
  void wait_until_ready(int pid, const LogPosition& before);
  void stop();
  void remove_remains();
  void refuse_remains() const;

  std::string folder_;
  std::string data_;
  ServerLock server_lock_;
  const std::function<bool()>* interrupted_;
};

}  // namespace acctl

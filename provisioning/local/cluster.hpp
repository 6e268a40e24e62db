// The embedded server: a private, durable PostgreSQL cluster, reached through a unix socket only. With nothing
// configured every command works on it.
//
//   FOLDER/data   the cluster (0700); renamed into place when it is complete
//   FOLDER/run    its socket; 0700, and so the gate: who can enter is trusted
//   FOLDER/log    a file for each weekday, overwritten after a week; start.log has the last start
//   FOLDER/lock   held (flock) by who starts, stops or destroys
//
// For root, data, run and log belong to the account `postgres`; FOLDER itself stays root's.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "provisioning/database/dsn.hpp"
#include "provisioning/local/process.hpp"

namespace acctl {

struct LocalStatus {
  bool running = false;
  std::optional<std::string> version;  // major version; nothing where no cluster was made yet
  std::string data;
  std::string socket;  // the folder of the socket
  std::string url;
  std::optional<int> pid;
};

class LocalCluster {
 public:
  // `folder` absolute. Throws Error(invalid) where the path of the socket in it would be too long or cannot be written
  // in a connection string. `interrupted` is asked while waiting; its yes becomes Error(interrupted).
  explicit LocalCluster(std::string folder, const std::function<bool()>* interrupted = nullptr);

  // $XDG_DATA_HOME/acctl/local, else ~/.local/share/acctl/local; for root /var/lib/acctl/local. Throws Error(invalid)
  // where the environment names none.
  static std::string default_folder();

  // Role and database acctl; does not look whether the server runs.
  Dsn dsn() const;

  // The same, with the server started if it was down. Costs a running server nothing and us 50 microseconds.
  Dsn started_dsn();

  // Makes the cluster if there is none, starts it if it is down; true where it did either. Finishes what a killed call
  // left. Throws Error(conflict) for a folder that is not ours, Error(locked) where another call or a recovery takes
  // too long, Error(failed) where PostgreSQL is missing or does not start.
  bool up();

  // Ends sessions and stops the server; true where it ran.
  bool down();

  LocalStatus status() const;

  // Stops the server and removes its folder with all data; true where there was one. Files of others in it stay.
  bool destroy();

 private:
  class Lock;

  std::string socket_folder() const { return folder_ + "/run"; }
  std::string socket() const;
  bool accepts() const;
  bool exists() const;
  void make();
  void make_part(const std::string& path) const;
  void start();
  void wait_until_ready(int pid);
  void stop();
  void remove_remains();

  std::string folder_;
  std::string data_;
  const std::function<bool()>* interrupted_;
};

}  // namespace acctl

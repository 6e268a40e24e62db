// A private PostgreSQL for tests: up in a fraction of a second, gone at the end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/database/dsn.hpp"
#include "provisioning/local/installation.hpp"

namespace acctl::test {

struct ClusterOptions {
  std::map<std::string, std::string> settings = {};  // {"max_connections", "20"}; they win over those made for speed
  std::string hba = {};                              // the lines of pg_hba.conf; empty: the socket trusts everybody
  std::string data = {};                             // a data folder to start from, instead of a fresh one
  std::vector<std::string> initdb = {};  // {"--encoding=LATIN1", "--locale=C"}: instead of a copy, made with these
};

// How a server ends: ending its sessions, by its own quick crash, by kill -9.
enum class Stop { fast, immediate, kill };

// The PostgreSQL that tests run on: the one whose programs are in the folder ACCTL_TEST_POSTGRES names, else the newest
// of Debian's (scripts/postgres.sh).
Installation test_installation();

// Its major version.
int test_version();

// The SQLSTATE for what a foreign key restricts: PostgreSQL 18 has one of its own.
std::string restricted();

// A copy, on tmpfs, of a data folder that is made once per build folder, with the superuser postgres and the role and
// database acctl (CREATEDB, CREATEROLE) of the embedded server. Nothing of it is forced to the disk. Also where the
// tests run as root. It ends with the thread that started it, even by kill -9; what such a test left of files is
// removed by the next one.
class Cluster {
 public:
  explicit Cluster(const ClusterOptions& options = {});
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  Dsn dsn(const std::string& user = "acctl", const std::string& dbname = "acctl") const;
  std::string url(const std::string& user = "acctl", const std::string& dbname = "acctl") const {
    return dsn(user, dbname).display();
  }

  // Runs `sql` as superuser; the first column of its rows, one a line. Several are joined in SQL: a || '|' || b.
  std::string query(const std::string& dbname, const std::string& sql) const;

  void start();  // returns when it accepts connections; throws with the server's log
  void stop(Stop how = Stop::immediate);
  void restart(Stop how = Stop::immediate) {
    stop(how);
    start();
  }

  int pid() const { return pid_; }  // of the postmaster; 0 while it is stopped
  std::string log() const;
  const std::string& data() const { return data_; }

 private:
  std::string folder_;
  std::string data_;
  std::map<std::string, std::string> settings_;
  int pid_ = 0;
};

}  // namespace acctl::test

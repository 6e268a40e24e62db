// Finds PostgreSQL's client programs (psql, pg_dump, pg_restore) on this machine, and says to them which database is
// meant: nothing secret is in their arguments, nor in an environment that others could read.
#pragma once

#include <string>
#include <vector>

#include "provisioning/base/secret.hpp"
#include "provisioning/database/dsn.hpp"

namespace acctl {

// The path of the newest one that is installed. Throws Error(failed) naming the package.
std::string find_client_program(const std::string& name);

// How a client program reaches a database. A password is in a file without a name, which only the program is given.
class ClientAccess {
 public:
  // With the password of `dsn`, or of the environment, that acctl itself uses.
  explicit ClientAccess(const Dsn& dsn);

  // With another one; "" for none.
  ClientAccess(const Dsn& dsn, const Secret& password);

  ~ClientAccess();
  ClientAccess(const ClientAccess&) = delete;
  ClientAccess& operator=(const ClientAccess&) = delete;

  // "host='/run/x' user='acctl' …" for --dbname.
  std::string conninfo() const;

  // "PGSSLMODE=verify-full", …: what libpq takes from the environment of acctl, without secrets.
  std::vector<std::string> environment() const;

  // For Program::inherited; -1 for none.
  int descriptor() const { return passfile_; }

 private:
  void keep(const std::string& password);

  Dsn dsn_;
  int passfile_ = -1;
};

}  // namespace acctl

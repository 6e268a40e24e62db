// Reads what libpq says when it cannot connect: the server's SQLSTATE, the text on one line, and what to do about it.
#pragma once

#include <string>
#include <utility>

#include "provisioning/base/error.hpp"
#include "provisioning/database/dsn.hpp"

namespace acctl {

struct ConnectFailure {
  std::string sqlstate;  // "" if no server has said anything
  std::string text;      // on one line
};

// `message`: as PQerrorMessage() gives it with PQERRORS_VERBOSE, which alone shows the SQLSTATE of a failed attempt.
ConnectFailure read_connect_failure(const std::string& message);

// Whether the server, the role or the database has no connection left.
bool lacks_slot(const ConnectFailure& failure);

// Error(connection) of an attempt to connect; `sqlstate` is "" if no server has said anything. It is no SqlError: those
// come from a session.
class ConnectError : public Error {
 public:
  ConnectError(const std::string& message, std::string hint, std::string sqlstate)
      : Error(ErrorKind::connection, message, std::move(hint)), sqlstate_(std::move(sqlstate)) {}
  const std::string& sqlstate() const { return sqlstate_; }

 private:
  std::string sqlstate_;
};

// Throws ConnectError; Error(invalid) if a word of the connection string means nothing to libpq;
// Error(conflict) for a server or pooler that acctl does not work with.
[[noreturn]] void throw_connect_error(const Dsn& dsn, const ConnectFailure& failure);

// For servers that are too old; `version` as in "PostgreSQL 13.4".
[[noreturn]] void throw_too_old(const Dsn& dsn, const std::string& version);

// What libpq says, as one line: its line ends and tabs are made into punctuation.
std::string one_line(const std::string& text);

}  // namespace acctl

#include "provisioning/database/connect_errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "provisioning/base/split.hpp"

namespace acctl {

namespace {

std::vector<std::string> split_message(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view part : split(text, '\n')) {
    std::string line(part);
    std::ranges::replace(line, '\t', ' ');
    const std::size_t first = std::min(line.find_first_not_of(" \r"), line.size());
    line.erase(0, first);
    line.erase(line.find_last_not_of(" \r") + 1);
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

// Where "FATAL:  28P01: password …" has its SQLSTATE; npos if it has none.
std::size_t find_sqlstate(const std::string& line) {
  for (std::size_t at = line.find(":  "); at != std::string::npos; at = line.find(":  ", at + 1)) {
    const std::string_view code = std::string_view(line).substr(at + 3, 5);
    const bool is_code = code.size() == 5 && std::ranges::all_of(code, [](char c) {
                           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                         });
    if (is_code && line.compare(at + 8, 2, ": ") == 0) return at + 3;
  }
  return std::string::npos;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// What libpq refuses before it has looked for a server.
bool is_about_words(const ConnectFailure& failure) {
  constexpr std::array<std::string_view, 8> beginnings = {"invalid ",
                                                          "could not match ",
                                                          "could not parse network address",
                                                          "definition of service ",
                                                          "service file ",
                                                          "syntax error in service file",
                                                          "weak sslmode ",
                                                          "unrecognized "};
  return failure.sqlstate.empty() && std::ranges::any_of(beginnings, [&](std::string_view beginning) {
           return failure.text.starts_with(beginning);
         });
}

// TLS: of the client's side, so libpq's own words tell.
std::string tls_hint(const std::string& text) {
  const std::string where = " Only the database URL or the service file can choose another sslmode.";
  if (has(text, "does not support SSL")) {
    return "Over TCP acctl requires TLS, and this server offers none: set ssl = on there." + where;
  }
  if (has(text, "does not match host name")) {
    return "Name the server by a host name that its certificate is for (sslmode=verify-full), or have one made for "
           "this name." +
           where;
  }
  if (has(text, "SSL") || has(text, "certificate") || has(text, "verified")) {
    return "Over TCP the server's certificate must be valid for the host name (sslmode=verify-full); sslrootcert "
           "names the authority." +
           where;
  }
  return "";
}

std::string server_hint(const Dsn& dsn, const ConnectFailure& failure) {
  const std::string& code = failure.sqlstate;
  const std::string database = dsn.get("dbname");
  if (has(failure.text, "pg_hba.conf")) {
    return "The server admits no such connection: it needs a line for this role, database and address in its "
           "pg_hba.conf, and a reload." +
           std::string(has(failure.text, "no encryption")
                           ? " A line that begins with hostssl requires TLS: choose sslmode=verify-full."
                           : "");
  }
  if (code == "28P01") {
    return "Check the role and its password (password file, service file or ACCTL_DATABASE_URL).";
  }
  if (code == "28000") return "Check the name of the role, and that it may log in: CREATE ROLE … LOGIN.";
  if (code == "3D000" && database == "postgres") {
    return "acctl creates databases from the database postgres: create it, or name another one that exists.";
  }
  if (code == "3D000") {
    return "Check the name of the database. 'acctl platform init' creates a control database; of a tenant's, 'acctl "
           "tenant doctor' says more.";
  }
  if (lacks_slot(failure)) {
    return "Lower --parallel, raise the limit (max_connections of the server, CONNECTION LIMIT of the role), or run "
           "the command again later.";
  }
  if (code == "42501") return "Grant this database role CONNECT on the database.";
  if (code == "55000") return "The database is closed to connections; of a tenant's, 'acctl tenant doctor' says why.";
  if (code.starts_with("57P")) return "The server is starting or stopping; run the command again.";
  return "";
}

std::string network_hint(const std::string& text) {
  if (has(text, "could not translate host name")) return "Check the host name, and that this machine can resolve it.";
  if (has(text, "no password supplied")) {
    return "Give the password in the password file (~/.pgpass), a service file or ACCTL_DATABASE_URL.";
  }
  if (has(text, "on socket") && has(text, "Permission denied")) {
    return "This account may not use that socket: check the permissions of its folder and of those above, or run "
           "acctl as the account that the server admits.";
  }
  if (has(text, "Connection refused") || has(text, "No such file or directory")) {
    return "Check that the server runs, and that host and port are its own.";
  }
  return "";
}

}  // namespace

std::string one_line(const std::string& text) {
  std::string line;
  for (const std::string& next : split_message(text)) {
    const bool ends = line.empty() || std::string_view(".:;?!").find(line.back()) != std::string_view::npos;
    line += (ends ? "" : ";") + std::string(line.empty() ? "" : " ") + next;
  }
  for (std::size_t at; (at = line.find(":  ")) != std::string::npos;) line.erase(at + 1, 1);  // "FATAL:  role"
  return line;
}

ConnectFailure read_connect_failure(const std::string& message) {
  ConnectFailure failure;
  std::string text;
  for (std::string& line : split_message(message)) {
    if (line.starts_with("LOCATION: ")) continue;  // in the server's sources
    if (const std::size_t code = find_sqlstate(line); code != std::string::npos) {
      failure.sqlstate = line.substr(code, 5);
      line.erase(code, 7);
    }
    text += line + "\n";
  }
  failure.text = one_line(text);
  return failure;
}

bool lacks_slot(const ConnectFailure& failure) { return failure.sqlstate == "53300"; }

void throw_too_old(const Dsn& dsn, const std::string& version) {
  throw Error(
      ErrorKind::conflict, dsn.display() + " is " + version + ", and acctl works with PostgreSQL 15 or later",
      "Older versions let every role create objects in the schema public of each database, and record no versions of "
      "collations. Upgrade the server, or name another one.");
}

void throw_connect_error(const Dsn& dsn, const ConnectFailure& failure) {
  const std::string& why = failure.text;
  // What a session starts with is known from 14 on.
  if (has(why, "unrecognized configuration parameter")) throw_too_old(dsn, "older than PostgreSQL 14");
  // PgBouncer's words for the settings that each session starts with.
  if (has(why, "unsupported startup parameter")) {
    throw Error(ErrorKind::conflict, dsn.display() + " is behind a connection pooler: " + why,
                "Use the address of the server itself.");
  }
  if (is_about_words(failure)) {
    throw Error(ErrorKind::invalid, "the database URL is not valid: " + why,
                "Correct that part of the URL, of the service file or of the PG… variables.");
  }
  std::string hint = failure.sqlstate.empty() ? tls_hint(why) : server_hint(dsn, failure);
  if (hint.empty()) hint = network_hint(why);
  if (hint.empty()) hint = "Check the address, the role and its password (passfile, service file or environment).";
  throw ConnectError("cannot connect to " + dsn.display() + ": " + why, hint, failure.sqlstate);
}

}  // namespace acctl

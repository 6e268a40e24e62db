#include "provisioning/database/connection.hpp"

#include <poll.h>

#include <cerrno>
#include <charconv>

#include "provisioning/database/environment.hpp"
#include "provisioning/database/libpq.hpp"
#include "provisioning/database/statements.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// An interrupt is noticed by the signal ending poll(); this bounds the race between asking and waiting.
constexpr Milliseconds interrupt_poll{200};

PGconn* native(const std::shared_ptr<void>& handle) { return static_cast<PGconn*>(handle.get()); }

// Parameters of the session that the environment (PGOPTIONS …) must not weaken: an explicit one wins.
std::string session_settings(const SessionOptions& options) {
  const auto milliseconds = [](Milliseconds time) { return std::to_string(time.count()); };
  return "-c search_path=pg_catalog -c TimeZone=UTC -c DateStyle=ISO -c standard_conforming_strings=on"
         " -c jit=off"  // compiling costs more than any of our short statements
         " -c client_connection_check_interval=1s -c idle_in_transaction_session_timeout=120s -c lock_timeout=" +
         milliseconds(options.lock_timeout) + " -c statement_timeout=" + milliseconds(options.statement_timeout);
}

struct Cause {
  ErrorKind kind;
  const char* hint;
};

// What the classes of SQLSTATE mean to a person at acctl; anything else is a plain failure.
Cause cause(std::string_view sqlstate) {
  if (sqlstate == "55P03" || sqlstate == "55006" || sqlstate == "40P01" || sqlstate == "40001") {
    return {ErrorKind::locked, "Another session holds it; run the command again."};
  }
  if (sqlstate == "57014") return {ErrorKind::locked, "Run the command again, or allow more time with --timeout."};
  if (sqlstate == "25006") return {ErrorKind::connection, "The server only reads; connect to its primary."};
  if (sqlstate == "53300") return {ErrorKind::connection, "The server has no connection left; run again later."};
  if (sqlstate == "53100") return {ErrorKind::failed, "Make room on the server's disk, then run the command again."};
  if (sqlstate == "42501") {
    return {ErrorKind::connection, "This database role may not do that; connect as the role that provisions."};
  }
  if (sqlstate.starts_with("08") || sqlstate.starts_with("57P") || sqlstate.starts_with("28")) {
    return {ErrorKind::connection, "Run the command again once the server is there."};
  }
  return {ErrorKind::failed, ""};
}

}  // namespace

Rows::Rows(void* result) : result_(result, [](void* p) { pq().PQclear(static_cast<PGresult*>(p)); }) {}
int Rows::size() const { return pq().PQntuples(static_cast<PGresult*>(result_.get())); }
bool Rows::is_null(int row, int column) const {
  return pq().PQgetisnull(static_cast<PGresult*>(result_.get()), row, column) != 0;
}
std::string_view Rows::text(int row, int column) const {
  const auto* result = static_cast<PGresult*>(result_.get());
  return {pq().PQgetvalue(result, row, column), static_cast<std::size_t>(pq().PQgetlength(result, row, column))};
}
std::int64_t Rows::integer(int row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw Error(ErrorKind::failed, "the server sent '" + std::string(digits) + "' where a whole number was expected");
  }
  return value;
}
bool Rows::boolean(int row, int column) const { return text(row, column) == "t"; }
std::optional<std::string> Rows::optional(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return std::string(text(row, column));
}
std::optional<std::int64_t> Rows::optional_integer(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return integer(row, column);
}
std::int64_t Rows::affected() const {
  const std::string_view digits = pq().PQcmdTuples(static_cast<PGresult*>(result_.get()));
  std::int64_t count = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return count;
}

std::string_view Rows::tag() const { return pq().PQcmdStatus(static_cast<PGresult*>(result_.get())); }

void load_library() noexcept {
  try {
    pq();
  } catch (const Error&) {
  }
}

Connection::Connection(const Dsn& dsn, const SessionOptions& options, Begin begin) : dsn_(dsn), options_(options) {
  begin_connecting();
  if (begin == Begin::wait) finish_connecting();
}
Connection::~Connection() = default;

void Connection::begin_connecting() {
  pq();  // what it loads reads the environment, too
  settle_environment();
  std::map<std::string, std::string> parameters = dsn_.parameters();
  parameters["application_name"] = options_.application;
  parameters["client_encoding"] = "UTF8";
  parameters["options"] = session_settings(options_);
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);

  handle_ = std::shared_ptr<void>(pq().PQconnectStartParams(keys.data(), values.data(), 0),
                                  [](void* p) { pq().PQfinish(static_cast<PGconn*>(p)); });
  PGconn* conn = native(handle_);
  if (conn == nullptr) throw std::bad_alloc();
  connecting_ = true;
  connect_deadline_ = Clock::now() + options_.connect_timeout;
  polling_ = pq().PQstatus(conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  // What can be said without waiting is said now: on a socket of this machine that is all there is to say.
  while (polling_ == PGRES_POLLING_WRITING) {
    pollfd writable{pq().PQsocket(conn), POLLOUT, 0};
    if (poll(&writable, 1, 0) <= 0) break;
    polling_ = pq().PQconnectPoll(conn);
  }
}

void Connection::finish_connecting() {
  connecting_ = false;
  PGconn* conn = native(handle_);
  while (polling_ != PGRES_POLLING_OK && polling_ != PGRES_POLLING_FAILED) {
    if (options_.interrupted != nullptr && (*options_.interrupted)()) {
      handle_.reset();
      throw Error(ErrorKind::interrupted, "interrupted while connecting");
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(connect_deadline_ - Clock::now());
    if (left.count() <= 0) {
      handle_.reset();
      throw Error(ErrorKind::connection,
                  dsn_.display() + ": no answer within " + std::to_string(options_.connect_timeout.count()) + " ms",
                  "Check that the server runs and can be reached, or allow more time with --timeout.");
    }
    pollfd wait{pq().PQsocket(conn), static_cast<short>(polling_ == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::min(left, interrupt_poll).count()));
    if (ready > 0) polling_ = pq().PQconnectPoll(conn);
  }
  if (polling_ == PGRES_POLLING_FAILED) {
    const std::string why = without_line_ends(pq().PQerrorMessage(conn));
    // PgBouncer's words for the settings that each session begins with.
    if (why.find("unsupported startup parameter") != std::string::npos) {
      throw Error(ErrorKind::conflict, dsn_.display() + " is behind a connection pooler: " + why,
                  "Give acctl the address of the server itself.");
    }
    const bool tls = why.find("SSL") != std::string::npos || why.find("certificate") != std::string::npos ||
                     why.find("verified") != std::string::npos;
    throw Error(
        ErrorKind::connection, "cannot connect to " + dsn_.display() + ": " + why,
        tls ? "Over TCP the server's certificate must be valid for the host name (sslmode=verify-full); sslrootcert "
              "names the authority. Only the database URL or the service file can choose another sslmode."
            : "Check the address, the role and its password (passfile, service file or environment).");
  }
  if (pq().PQsetnonblocking(conn, 1) != 0) lost("cannot switch to asynchronous mode");
  pq().PQsetNoticeProcessor(conn, [](void*, const char*) {}, nullptr);
}

namespace {

[[noreturn]] void throw_interrupted() {
  throw Error(ErrorKind::interrupted, "interrupted; what was not committed is rolled back",
              "Run the same command again to go on.");
}

}  // namespace

void Connection::require_session() {
  if (connecting_) finish_connecting();
  if (usable()) return;
  // An interrupt may have ended it in a wait whose error went no further: that of a lock that is let go.
  if (heeds_interrupts_ && options_.interrupted != nullptr && (*options_.interrupted)()) throw_interrupted();
  lost("the session is lost");
}

bool Connection::usable() const { return handle_ && (connecting_ || pq().PQstatus(native(handle_)) == CONNECTION_OK); }
int Connection::announced_pid() const { return pq().PQbackendPID(native(handle_)); }

void Connection::lost(const std::string& why) {
  handle_.reset();  // closes the socket: the server ends the statement within client_connection_check_interval
  throw Error(ErrorKind::connection, dsn_.display() + ": " + why,
              "What was committed stays; run the same command again to go on.");
}

void Connection::flush_and_wait_readable(Clock::time_point deadline) {
  PGconn* conn = native(handle_);
  for (;;) {
    const int unsent = pq().PQflush(conn);
    if (unsent < 0) lost(without_line_ends(pq().PQerrorMessage(conn)));
    if (heeds_interrupts_ && options_.interrupted != nullptr && (*options_.interrupted)()) {
      handle_.reset();
      throw_interrupted();
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) lost("the server fell silent, no answer within the time limit");
    pollfd wait{pq().PQsocket(conn), static_cast<short>(unsent == 0 ? POLLIN : POLLIN | POLLOUT), 0};
    if (poll(&wait, 1, static_cast<int>(std::min(left, interrupt_poll).count())) <= 0) continue;
    if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0) return;
  }
}

void* Connection::next_result(Clock::time_point deadline) {
  PGconn* conn = native(handle_);
  while (pq().PQisBusy(conn) != 0) {
    flush_and_wait_readable(deadline);
    if (pq().PQconsumeInput(conn) == 0) lost(without_line_ends(pq().PQerrorMessage(conn)));
  }
  return pq().PQgetResult(conn);
}

void Connection::fail(const Rows& failed) {
  const auto* result = static_cast<PGresult*>(failed.result_.get());
  const auto field = [&](int code) {
    const char* text = pq().PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  const std::string sqlstate = field(PG_DIAG_SQLSTATE);
  std::string message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = without_line_ends(pq().PQresultErrorMessage(result));
  if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) message += ": " + detail;
  if (pq().PQstatus(native(handle_)) != CONNECTION_OK) lost(message);
  const Cause why = cause(sqlstate);
  throw SqlError(why.kind, message, why.hint, sqlstate, field(PG_DIAG_CONSTRAINT_NAME));
}

Rows Connection::collect() {
  const auto deadline = Clock::now() + options_.statement_timeout + grace;
  std::optional<Rows> last;
  std::optional<Rows> failed;
  while (auto* result = static_cast<PGresult*>(next_result(deadline))) {
    Rows rows(result);
    const ExecStatusType status = pq().PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
      last = rows;
    } else if (!failed) {
      failed = rows;
    }
  }
  if (failed) fail(*failed);
  if (!last) lost("the server closed the session");
  return *last;
}

void Connection::parse(const char* sql, std::string& name) {
  const std::string next = "s" + std::to_string(++names_);
  PGconn* conn = native(handle_);
  if (pq().PQsendPrepare(conn, next.c_str(), sql, 0, nullptr) == 0) lost(without_line_ends(pq().PQerrorMessage(conn)));
  collect();
  name = next;
}

void Connection::prepare(const char* sql) {
  require_session();
  pass_door();
  std::string& name = prepared_[sql];
  if (name.empty()) parse(sql, name);
}

// One run of acctl on one tenant asks most things once; on a hundred tenants planning would be half of the work.
const std::string& Connection::prepared_name(const char* sql) {
  const auto [statement, first] = prepared_.try_emplace(sql);
  if (!first && statement->second.empty()) parse(sql, statement->second);
  return statement->second;
}

void refuse_nul(const std::vector<Param>& parameters) {
  for (const Param& parameter : parameters) {
    // The protocol's text format ends at a NUL: what follows would vanish without a word.
    if (parameter.text() && parameter.text()->find('\0') != std::string::npos) {
      throw Error(ErrorKind::invalid, "a value holds a NUL character, which PostgreSQL cannot store");
    }
  }
}

void Connection::send(const char* sql, const std::vector<Param>& parameters, const std::string& prepared) {
  refuse_nul(parameters);
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const Param& parameter : parameters) {
    values.push_back(parameter.text() ? parameter.text()->c_str() : nullptr);
  }
  PGconn* conn = native(handle_);
  const int count = static_cast<int>(values.size());
  const int sent = prepared.empty()
                       ? pq().PQsendQueryParams(conn, sql, count, nullptr, values.data(), nullptr, nullptr, 0)
                       : pq().PQsendQueryPrepared(conn, prepared.c_str(), count, values.data(), nullptr, nullptr, 0);
  if (sent == 0) lost(without_line_ends(pq().PQerrorMessage(conn)));
}

Rows Connection::query(const char* sql, const std::vector<Param>& parameters) {
  require_session();
  if (door_) return batch({{sql, parameters}}).front();
  send(sql, parameters, prepared_name(sql));
  return collect();
}

Rows Connection::script(const std::string& sql) {
  require_session();
  std::vector<Statement> statements;
  for (std::string& statement : split_statements(sql)) statements.push_back(Statement{std::move(statement)});
  if (statements.size() > 1) return batch(statements, Snapshot::each).back();
  pass_door();
  PGconn* conn = native(handle_);
  if (pq().PQsendQuery(conn, sql.c_str()) == 0) lost(without_line_ends(pq().PQerrorMessage(conn)));
  return collect();
}

}  // namespace acctl

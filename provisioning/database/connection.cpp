#include "provisioning/database/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>

#include "provisioning/base/events.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/span.hpp"
#include "provisioning/database/connect_errors.hpp"
#include "provisioning/database/native_session.hpp"
#include "provisioning/database/session_settings.hpp"
#include "provisioning/database/statements.hpp"

namespace acctl {

namespace {

// libpq applies PGTZ, PGDATESTYLE and PGGEQO after everything that a connection string says, and prefers PGHOSTADDR to
// the host of the string. The others would allow old protocols or give up the binding to the TLS channel.
constexpr const char* unwanted[] = {"PGTZ",
                                    "PGDATESTYLE",
                                    "PGGEQO",
                                    "PGHOSTADDR",
                                    "PGSSLMINPROTOCOLVERSION",
                                    "PGSSLMAXPROTOCOLVERSION",
                                    "PGCHANNELBINDING",
                                    "PGREQUIRESSL"};

// libpq takes a parameter from the connection string, else from the service file, else from the environment. A default
// of our own therefore has to stand in the environment: as a parameter it would override the service file, which only
// libpq reads, and without it PGHOST, PGSERVICE or hostaddr would begin a TCP session that is content without TLS. A
// session encrypted by GSSAPI would not verify a certificate at all.
constexpr struct {
  const char* name;
  const char* value;
} default_environment[] = {{"PGSSLMODE", "verify-full"}, {"PGGSSENCMODE", "disable"}};

// Leaves nothing in the environment that weakens a session or leads it to another server. Over TCP, sslmode is then
// verify-full unless the connection string or the service file sets another one. Call it before each new session: it
// writes to the environment only if something is not as it should be.
void settle_environment() {
  // Other threads may be reading the environment for a session of theirs, but not before the first call has returned,
  // and the later ones find nothing to write.
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  for (const char* name : unwanted) {
    if (std::getenv(name) != nullptr) unsetenv(name);
  }
  for (const auto& [name, value] : default_environment) {
    const char* present = std::getenv(name);
    if (present == nullptr || std::string_view(present) != value) setenv(name, value, 1);
  }
}

using Clock = std::chrono::steady_clock;

// How long a silent server is waited for beyond its own statement_timeout, which it may be unable to keep.
constexpr Milliseconds grace{1'000};

// A session that was given up a moment ago still has its place on the server. That of another worker is waited for.
constexpr Milliseconds slot_grace{1'000};
constexpr Milliseconds slot_interval{50};

[[noreturn]] void throw_interrupted() {
  throw Error(ErrorKind::interrupted, "interrupted; uncommitted changes were rolled back",
              "Run the command again to continue.");
}

// Adds what the server says to a vector of texts.
void keep_notice(void* texts, const PGresult* result) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text == nullptr ? "" : text);
  };
  const std::string detail = field(PG_DIAG_MESSAGE_DETAIL);
  static_cast<std::vector<std::string>*>(texts)->push_back(field(PG_DIAG_MESSAGE_PRIMARY) +
                                                           (detail.empty() ? "" : ": " + detail));
}

}  // namespace

void Rows::forget_texts() {
  cells_.reset();
  owner_.reset();
}

std::string_view Rows::text(int row, int column) const {
  if (row >= size_ || column >= columns_) return {};
  if (cells_ == nullptr) {
    const auto* result = static_cast<const PGresult*>(owner_.get());
    if (PQgetisnull(result, row, column) != 0) return {};
    return {PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column))};
  }
  const char* const cell =
      (*cells_)[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column)];
  return cell == nullptr ? std::string_view() : cell;
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

std::optional<std::string> Rows::optional(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return std::string(text(row, column));
}

std::optional<std::int64_t> Rows::optional_integer(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return integer(row, column);
}

std::vector<std::string> Rows::texts(int column) const {
  std::vector<std::string> all;
  for (const Row row : *this) all.push_back(row.text(column));
  return all;
}

std::vector<std::string> Row::list(int column) const {
  if (is_null(column)) return {};
  return nlohmann::json::parse(view(column)).get<std::vector<std::string>>();
}

std::vector<std::int64_t> Row::integers(int column) const {
  if (is_null(column)) return {};
  return nlohmann::json::parse(view(column)).get<std::vector<std::int64_t>>();
}

// libpq connects, because libpqxx has no deadline for that: 6.4 is handed the session by a policy, 7.10 seizes it.
struct Connection::Attempt {
  std::shared_ptr<PGconn> conn;
  Clock::time_point deadline;
  PostgresPollingStatusType polling = PGRES_POLLING_WRITING;
};

Connection::Connection(const Dsn& dsn, const SessionOptions& options, Connect begin) : dsn_(dsn), options_(options) {
  begin_connecting();
  if (begin == Connect::wait) finish_connecting();
}
Connection::~Connection() = default;

void Connection::begin_connecting() {
  settle_environment();
  std::map<std::string, std::string> parameters = dsn_.parameters();
  parameters["application_name"] = options_.application;
  parameters["client_encoding"] = "UTF8";
  known_version_ = known_server_version(dsn_);
  parameters["options"] = session_settings(options_, known_version_);
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);

  std::shared_ptr<PGconn> conn(PQconnectStartParams(keys.data(), values.data(), 0), PQfinish);
  if (!conn) throw std::bad_alloc();
  PQsetNoticeReceiver(conn.get(), keep_notice, &greetings_);
  PQsetErrorVerbosity(conn.get(), PQERRORS_VERBOSE);  // shows the SQLSTATE of a refusal
  attempt_ = std::make_unique<Attempt>(std::move(conn), Clock::now() + options_.connect_timeout);
  if (PQstatus(attempt_->conn.get()) == CONNECTION_BAD) attempt_->polling = PGRES_POLLING_FAILED;
  // What can be said without waiting is said now: on a socket of this machine that is all there is to say.
  while (attempt_->polling == PGRES_POLLING_WRITING) {
    pollfd writable{PQsocket(attempt_->conn.get()), POLLOUT, 0};
    if (poll(&writable, 1, 0) <= 0) break;
    attempt_->polling = PQconnectPoll(attempt_->conn.get());
  }
}

// Waits until `attempt` has succeeded or failed.
void Connection::await(Attempt& attempt) const {
  PGconn* conn = attempt.conn.get();
  int interrupt = options_.interrupted != nullptr ? interrupt_descriptor() : -1;
  while (attempt.polling != PGRES_POLLING_OK && attempt.polling != PGRES_POLLING_FAILED) {
    if (options_.interrupted != nullptr && (*options_.interrupted)()) {
      throw Error(ErrorKind::interrupted, "interrupted while connecting");
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(attempt.deadline - Clock::now());
    if (left.count() <= 0) {
      throw Error(ErrorKind::connection,
                  dsn_.display() + ": no answer within " + std::to_string(options_.connect_timeout.count()) + " ms",
                  "Check that the server runs and can be reached, or allow more time with --timeout.");
    }
    const short event = attempt.polling == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    pollfd waits[2] = {{PQsocket(conn), event, 0}, {interrupt, POLLIN, 0}};
    if (poll(waits, 2, static_cast<int>(std::min(left, watch_interval).count())) <= 0) continue;
    if (waits[1].revents != 0) interrupt = -1;  // it stays readable
    if (waits[0].revents != 0) attempt.polling = PQconnectPoll(conn);
  }
}

// Whether it is worth another attempt, after a pause: a server without a free connection gets one when another session
// of this program ends. Nobody else's is waited for.
bool Connection::waits_for_slot(Clock::time_point begun, Clock::time_point deadline) const {
  const auto now = Clock::now();
  const bool others = NativeSession::count() > 1;
  if (now + slot_interval >= deadline || (!others && now - begun >= slot_grace)) return false;
  const Span waiting("wait", "for a free connection");
  pollfd interrupt{options_.interrupted != nullptr ? interrupt_descriptor() : -1, POLLIN, 0};
  poll(&interrupt, 1, static_cast<int>(slot_interval.count()));
  if (options_.interrupted != nullptr && (*options_.interrupted)()) {
    throw Error(ErrorKind::interrupted, "interrupted while connecting");
  }
  return true;
}

void Connection::finish_connecting() {
  const Span connecting("connect", "connect to " + dsn_.get("dbname"));
  const Step waiting("connecting to database " + dsn_.get("dbname"));
  const Clock::time_point begun = Clock::now();
  std::unique_ptr<Attempt> attempt = std::move(attempt_);
  const Clock::time_point deadline = attempt->deadline;
  for (await(*attempt); attempt->polling == PGRES_POLLING_FAILED; await(*attempt)) {
    const ConnectFailure failure = read_connect_failure(PQerrorMessage(attempt->conn.get()));
    if (!lacks_slot(failure) || !waits_for_slot(begun, deadline)) throw_connect_error(dsn_, failure);
    begin_connecting();
    attempt = std::move(attempt_);
    attempt->deadline = deadline;
  }
  PGconn* conn = attempt->conn.get();
  PQsetErrorVerbosity(conn, PQERRORS_DEFAULT);
  PQsetNoticeReceiver(conn, [](void*, const PGresult*) {}, nullptr);
  answer_greeting(std::move(attempt->conn));
}

// What follows from the version of the server, and from what it has said so far.
void Connection::answer_greeting(std::shared_ptr<void> conn) {
  try {
    session_ = std::make_unique<NativeSession>(std::static_pointer_cast<PGconn>(std::move(conn)));
  } catch (const pqxx::failure&) {  // the server has ended it, and may have said why
    lost(greetings_.empty() ? "the server closed the session" : greetings_.back());
  }
  server_version_ = PQserverVersion(session_->libpq());
  if (server_version_ < oldest_server_version) {
    session_.reset();
    throw_too_old(
        dsn_, "PostgreSQL " + std::to_string(server_version_ / 10000) + "." + std::to_string(server_version_ % 10000));
  }
  for (std::string& text : greetings_) {
    tell({.weight = Event::Weight::warning,
          .text = "the server says: " + text,
          .fields = {{"database", dsn_.get("dbname")}}});
  }
  if (known_version_ == server_version_) return;
  remember_server_version(dsn_, server_version_);
  const std::string settings = settings_left_out(server_version_);
  if (!settings.empty()) watched([&] { session_->execute(settings); });
}

int Connection::server_version() {
  require_session();
  return server_version_;
}

void Connection::require_session() {
  if (attempt_) finish_connecting();
  if (usable()) return;
  // An interrupt may have ended it in a wait whose error was swallowed, such as the release of a lock.
  if (heeds_interrupts_ && options_.interrupted != nullptr && (*options_.interrupted)()) throw_interrupted();
  lost("the session was lost");
}

bool Connection::usable() const { return attempt_ || (session_ && session_->is_open()); }
bool Connection::in_transaction() const { return PQtransactionStatus(session_->libpq()) == PQTRANS_INTRANS; }
int Connection::announced_pid() const { return session_ ? PQbackendPID(session_->libpq()) : 0; }

void Connection::lost(const std::string& why) {
  session_.reset();  // closes the socket: the server ends the statement within client_connection_check_interval
  throw Error(ErrorKind::connection, dsn_.display() + ": " + why,
              "Committed changes are kept; run the command again to continue.");
}

// Runs `action`, which waits for the server. Throws what ended the wait, or the error that the server reported.
void Connection::watched(const std::function<void()>& action) {
  std::optional<std::string> failed;
  session_->watch(options_.statement_timeout + grace, heeds_interrupts_ ? options_.interrupted : nullptr);
  try {
    action();
  } catch (const pqxx::failure& error) {
    failed = error.what();
  }
  const NativeSession::End end = session_->unwatch();
  if (!failed) return;
  if (end == NativeSession::End::interrupted) {
    session_.reset();
    throw_interrupted();
  }
  if (end == NativeSession::End::late) lost("the server did not answer within the time limit");
  const std::optional<SqlError> error = session_->failure();
  if (error && session_->is_open()) throw SqlError(*error);
  if (!session_->is_open()) failed = PQerrorMessage(session_->libpq());
  lost(error ? error->what() : one_line(*failed));
}

void Connection::tell_done(const std::vector<std::string_view>& statements, Clock::time_point start,
                           const std::vector<Rows>& all) {
  const std::string database = dsn_.get("dbname");
  const std::string trip = std::to_string(trips_);
  const std::string ms = elapsed_ms(start);
  for (std::size_t i = 0; i < std::min(statements.size(), all.size()); ++i) {
    const std::string name = statement_name(statements[i]);
    const std::string rows = std::to_string(all[i].empty() ? all[i].affected() : all[i].size());
    tell({.text = "statement " + name + ": database " + database + ", " + ms + " ms, " + rows +
                  (rows == "1" ? " row" : " rows") + ", round trip " + trip,
          .fields = {{"statement", name}, {"database", database}, {"ms", ms}, {"rows", rows}, {"trip", trip}},
          .since = start});
  }
}

void Connection::parse(const char* sql, std::string& name) {
  const std::string next = "s" + std::to_string(++names_);
  watched([&] { session_->prepare(next, sql); });
  name = next;
}

void Connection::prepare(const char* sql) {
  require_session();
  pass_door();
  std::string& name = prepared_[sql];
  if (name.empty()) parse(sql, name);
}

// A run on one tenant sends most statements once, so preparing them would not pay; on a hundred tenants parsing and
// planning would be half of the work.
const std::string& Connection::prepared_name(const char* sql) {
  const auto [statement, first] = prepared_.try_emplace(sql);
  if (!first && statement->second.empty()) parse(sql, statement->second);
  return statement->second;
}

Rows Connection::query(const char* sql, const std::vector<Param>& parameters) {
  require_session();
  if (door_) return batch({{sql, parameters}}).front();
  const Texts values = texts(parameters);
  const std::string& prepared = prepared_name(sql);
  std::optional<Rows> rows;
  const Clock::time_point start = Clock::now();
  watched([&] { rows = session_->execute(sql, prepared, values); });
  ++trips_;
  if (is_heard()) tell_done({sql}, start, {*rows});
  return std::move(*rows);
}

Rows Connection::script(const std::string& sql) {
  require_session();
  std::vector<Statement> statements;
  for (std::string& statement : split_statements(sql)) statements.push_back(Statement{std::move(statement)});
  if (statements.size() > 1) return batch(statements, Snapshot::each).back();
  pass_door();
  std::optional<Rows> rows;
  const Clock::time_point start = Clock::now();
  watched([&] { rows = session_->execute(sql); });
  ++trips_;
  if (is_heard()) tell_done({sql}, start, {*rows});
  return std::move(*rows);
}

}  // namespace acctl

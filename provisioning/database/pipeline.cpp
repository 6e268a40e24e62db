// Sends many statements in one round trip, behind the proof of a door. libpqxx cannot: its own pipeline takes no
// parameters, and needs three round trips for one snapshot.
#include <chrono>
#include <exception>
#include <limits>
#include <utility>

#include "provisioning/base/events.hpp"
#include "provisioning/database/native_session.hpp"

namespace acctl {

namespace {

void insist(int success, const PGconn* conn) {
  if (success == 0 || PQstatus(conn) != CONNECTION_OK) throw pqxx::broken_connection(PQerrorMessage(conn));
}

void send(PGconn* conn, const char* sql, const std::vector<Param>& parameters) {
  const Texts values = texts(parameters);
  const int count = static_cast<int>(values.size());
  insist(PQsendQueryParams(conn, sql, count, nullptr, values.data(), nullptr, nullptr, 0), conn);
}

// What libpq keeps of what the server has not taken yet never shrinks again, so after so many bytes the answers are
// read before more is sent.
constexpr std::size_t large = 1 << 20;

std::size_t measure(const std::vector<Param>& parameters) {
  std::size_t bytes = 0;
  for (const Param& parameter : parameters) bytes += parameter.text() ? parameter.text()->size() : 0;
  return bytes;
}

// Reads the answers of that many statements, or those up to the synchronization if there are fewer. The rows of those
// that succeeded go into `all`, in their order, each after `look` has had it.
void collect_answers(PGconn* conn, std::size_t statements, std::vector<Rows>& all,
                     const std::function<void(Rows&)>& look) {
  while (statements > 0) {
    PGresult* result = PQgetResult(conn);
    Rows rows = NativeSession::rows(result);
    insist(1, conn);
    if (result == nullptr) continue;  // between two statements
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) return;
    --statements;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) continue;
    look(rows);
    all.push_back(std::move(rows));
  }
}

}  // namespace

// `first` and `last` are statements without rows of interest, "" for none: what they bracket is a transaction that they
// begin and end. Without them the protocol makes all one transaction, too, but of the default isolation.
std::vector<Rows> Connection::send_together(const char* first, const std::vector<Statement>& statements,
                                            const char* last, const Take& take) {
  for (const Statement& statement : statements) texts(statement.parameters);  // before anything is on its way
  PGconn* conn = session_->libpq();
  const std::size_t behind = *first != '\0' ? 1 : 0;
  const std::optional<Door> door = std::exchange(door_, std::nullopt);
  const std::size_t before = behind + (door ? 1 : 0);
  std::vector<Rows> all;
  std::exception_ptr thrown;
  const auto hand_over = [&](Rows& rows) {
    if (!take || all.size() < before || all.size() >= before + statements.size()) return;
    try {
      if (!thrown) take(all.size() - before, rows);
    } catch (...) {
      thrown = std::current_exception();  // the answers behind it have to be read first
    }
    rows.forget_texts();
  };
  std::optional<SqlError> failed;
  const auto start = std::chrono::steady_clock::now();
  watched([&] {
    insist(PQenterPipelineMode(conn), conn);
    if (behind > 0) send(conn, first, {});
    if (door) send(conn, door->proof.sql.c_str(), door->proof.parameters);
    std::size_t unread = before;
    for (const Statement& statement : statements) {
      send(conn, statement.sql.c_str(), statement.parameters);
      ++unread;
      if (&statement == &statements.back()) break;
      // Else the server keeps its answers to the end, and one statement's time limit would be that of them all.
      insist(PQsendFlushRequest(conn), conn);
      if (measure(statement.parameters) < large) continue;
      collect_answers(conn, std::exchange(unread, 0), all, hand_over);
    }
    if (*last != '\0') send(conn, last, {});
    insist(PQpipelineSync(conn), conn);
    collect_pipeline(all, hand_over);
    insist(PQexitPipelineMode(conn), conn);
    failed = session_->failure();
  });
  ++trips_;
  if (is_heard()) {
    std::vector<std::string_view> sent;
    if (behind > 0) sent.emplace_back(first);
    if (door) sent.emplace_back(door->proof.sql);
    for (const Statement& statement : statements) sent.emplace_back(statement.sql);
    if (*last != '\0') sent.emplace_back(last);
    tell_done(sent, start, all);
  }
  if (failed && behind > 0) script("rollback");
  if (door && all.size() <= behind) refuse(*door, *failed);
  if (door && door->accept) {
    try {
      door->accept(all[behind]);
    } catch (...) {
      if (usable() && PQtransactionStatus(conn) != PQTRANS_IDLE) script("rollback");
      door_ = door;
      throw;
    }
  }
  if (failed) throw SqlError(*failed);
  if (thrown) std::rethrow_exception(thrown);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(before);
  return {begin, begin + static_cast<std::ptrdiff_t>(statements.size())};
}

// All that is not read yet.
void Connection::collect_pipeline(std::vector<Rows>& all, const std::function<void(Rows&)>& look) {
  collect_answers(session_->libpq(), std::numeric_limits<std::size_t>::max(), all, look);
}

// The proof itself has failed.
void Connection::refuse(const Door& door, const SqlError& error) {
  try {
    door.refuse(*this);
  } catch (...) {
    door_ = door;
    throw;
  }
  door_ = door;
  throw SqlError(error);
}

// Statements that travel with a proof must not have an effect before the proof was checked: the transaction is
// read-only.
std::vector<Rows> Connection::send_batch(const std::vector<Statement>& statements, Snapshot snapshot,
                                         const Take& take) {
  require_session();
  const bool idle = PQtransactionStatus(session_->libpq()) == PQTRANS_IDLE;
  if (!idle || (snapshot == Snapshot::each && !door_)) return send_together("", statements, "", take);
  return send_together(
      door_ ? "begin isolation level repeatable read read only" : "begin isolation level repeatable read", statements,
      "commit", take);
}

std::vector<Rows> Connection::batch(const std::vector<Statement>& statements, Snapshot snapshot) {
  return send_batch(statements, snapshot, nullptr);
}

void Connection::batch(const std::vector<Statement>& statements, const Take& take) {
  send_batch(statements, Snapshot::one, take);
}

void Connection::begin() {
  require_session();
  if (door_) {
    send_together("begin", {}, "");
  } else {
    query("begin");
  }
}

// Before what cannot be sent together with it.
void Connection::pass_door() {
  if (door_) batch({});
}

}  // namespace acctl

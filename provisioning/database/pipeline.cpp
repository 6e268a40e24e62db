// Many statements in one round trip, and the door that goes before the first of them.
#include <utility>

#include "provisioning/database/connection.hpp"
#include "provisioning/database/libpq.hpp"

namespace acctl {

// `first` and `last` are statements without rows of interest, "" for none: what they bracket is a transaction that they
// begin and end. Without them the protocol makes all one transaction, too, but of the default isolation.
std::vector<Rows> Connection::send_together(const char* first, const std::vector<Statement>& statements,
                                            const char* last) {
  for (const Statement& statement : statements) refuse_nul(statement.parameters);  // before anything is on its way
  auto* conn = static_cast<PGconn*>(handle_.get());
  const auto give_up = [&] { lost(without_line_ends(pq().PQerrorMessage(conn))); };
  const std::size_t behind = *first != '\0' ? 1 : 0;
  const std::optional<Door> door = std::exchange(door_, std::nullopt);
  if (pq().PQenterPipelineMode(conn) == 0) give_up();
  if (behind > 0) send(first, {}, "");
  if (door) send(door->proof.sql.c_str(), door->proof.parameters, "");
  for (const Statement& statement : statements) {
    send(statement.sql.c_str(), statement.parameters, "");
    // Else the server keeps its answers to the end, and one statement's time limit would be that of them all.
    if (&statement != &statements.back() && pq().PQsendFlushRequest(conn) == 0) give_up();
  }
  if (*last != '\0') send(last, {}, "");
  if (pq().PQpipelineSync(conn) == 0) give_up();
  std::vector<Rows> all;
  std::optional<Rows> failed = collect_pipeline(all);
  pq().PQexitPipelineMode(conn);
  if (failed && behind > 0) script("rollback");
  if (door && all.size() <= behind) refuse(*door, *failed);
  if (door && door->accept) {
    try {
      door->accept(all[behind]);
    } catch (...) {
      if (usable() && pq().PQtransactionStatus(conn) != PQTRANS_IDLE) script("rollback");
      door_ = door;
      throw;
    }
  }
  if (failed) fail(*failed);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(behind + (door ? 1 : 0));
  return {begin, begin + static_cast<std::ptrdiff_t>(statements.size())};
}

// The rows of the statements that succeeded, in their order, into `all`; the first failure where there is one.
std::optional<Rows> Connection::collect_pipeline(std::vector<Rows>& all) {
  auto* conn = static_cast<PGconn*>(handle_.get());
  const auto next_deadline = [&] { return std::chrono::steady_clock::now() + options_.statement_timeout + grace; };
  auto deadline = next_deadline();
  std::optional<Rows> failed;
  for (bool synchronised = false; !synchronised;) {
    auto* result = static_cast<PGresult*>(next_result(deadline));
    if (result == nullptr) {  // between two statements
      if (pq().PQstatus(conn) != CONNECTION_OK) lost(without_line_ends(pq().PQerrorMessage(conn)));
      continue;
    }
    deadline = next_deadline();
    Rows rows(result);
    const ExecStatusType status = pq().PQresultStatus(result);
    synchronised = status == PGRES_PIPELINE_SYNC;
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
      all.push_back(std::move(rows));
    } else if (status == PGRES_FATAL_ERROR && !failed) {
      failed = std::move(rows);
      if (pq().PQstatus(conn) != CONNECTION_OK) break;
    }
  }
  return failed;
}

// The proof itself has failed.
void Connection::refuse(const Door& door, const Rows& failed) {
  try {
    door.refuse(*this);
  } catch (...) {
    door_ = door;
    throw;
  }
  door_ = door;
  fail(failed);
}

// What comes with a proof must not have an effect before the proof was looked at: the server sees to that.
std::vector<Rows> Connection::batch(const std::vector<Statement>& statements, Snapshot snapshot) {
  require_session();
  const bool idle = pq().PQtransactionStatus(static_cast<PGconn*>(handle_.get())) == PQTRANS_IDLE;
  if (!idle || (snapshot == Snapshot::each && !door_)) return send_together("", statements, "");
  return send_together(
      door_ ? "begin isolation level repeatable read read only" : "begin isolation level repeatable read", statements,
      "commit");
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

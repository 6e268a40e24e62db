#include <utility>

#include "provisioning/database/connection.hpp"

namespace acctl {

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.begin(); }

Transaction::~Transaction() {
  if (!open_ || !connection_.usable()) return;
  try {
    connection_.query("rollback");
    if (after_rollback != nullptr) connection_.query(after_rollback);
  } catch (const std::exception&) {
    // The session is lost, and with it the transaction.
  }
}

void Transaction::commit() {
  open_ = false;
  const bool heeded = std::exchange(connection_.heeds_interrupts_, false);
  const std::shared_ptr<void> restored(nullptr, [&](void*) { connection_.heeds_interrupts_ = heeded; });
  // The commit of an aborted transaction, which rolls it back, is a success to server and libpqxx.
  const bool commits = connection_.usable() && connection_.in_transaction();
  connection_.query("commit");
  if (!commits) throw Error(ErrorKind::failed, "the transaction was rolled back by the server");
}

}  // namespace acctl

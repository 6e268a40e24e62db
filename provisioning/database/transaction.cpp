#include "provisioning/database/connection.hpp"

namespace acctl {

Transaction::Transaction(Connection& connection) : connection_(connection) { connection_.begin(); }

Transaction::~Transaction() {
  if (!open_ || !connection_.usable()) return;
  try {
    connection_.query("rollback");
  } catch (const std::exception&) {
    // The session is lost, and with it the transaction.
  }
}

void Transaction::commit() {
  open_ = false;
  struct Deaf {
    bool& heeds;
    const bool before;
    explicit Deaf(bool& flag) : heeds(flag), before(flag) { heeds = false; }
    ~Deaf() { heeds = before; }
    Deaf(const Deaf&) = delete;
    Deaf& operator=(const Deaf&) = delete;
  } const deaf(connection_.heeds_interrupts_);
  // The server answers a commit of an aborted transaction with success and the tag ROLLBACK.
  if (connection_.query("commit").tag() != "COMMIT") {
    throw Error(ErrorKind::failed, "the transaction was rolled back by the server");
  }
}

}  // namespace acctl

#include "provisioning/delivery/outbox.hpp"

#include "provisioning/delivery/outbox.sql.hpp"

namespace acctl {

std::vector<Mail> list_mails(Connection& tenant, const std::string& status, const std::string& email) {
  const Param one = status == "any" ? Param(std::nullopt) : Param(status);
  const Rows rows = tenant.query(sql::outbox_list, {one, null_if_empty(email)});
  std::vector<Mail> mails;
  for (int row = 0; row < rows.size(); ++row) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    mails.push_back({.id = text(0),
                     .purpose = text(1),
                     .recipient = text(2),
                     .status = text(3),
                     .attempts = rows.integer(row, 4),
                     .error = text(5),
                     .run = text(6),
                     .queued_at = text(7),
                     .not_before = text(8),
                     .sent_at = text(9)});
  }
  return mails;
}

void Delivery::add(const Delivery& later) {
  sent += later.sent;
  deferred += later.deferred;
  failed += later.failed;
  canceled += later.canceled;
  waiting = later.waiting;
  if (!later.trouble.empty()) trouble = later.trouble;
  busy = later.busy;
  down = later.down;
  broken = later.broken;
  more = later.more;
}

std::optional<LastMail> last_mail(Connection& tenant, const std::string& email) {
  const Rows rows = tenant.query(sql::last_mail, {email});
  if (rows.empty()) return {};
  const auto text = [&](int column) { return std::string(rows.text(0, column)); };
  return LastMail{
      .purpose = text(0), .status = text(1), .attempts = rows.integer(0, 2), .error = text(3), .at = text(4)};
}

std::vector<std::string> retry_mails(Connection& tenant, const Identity& identity,
                                     const std::vector<std::string>& emails, const RunRecord& record, Ending ending,
                                     const Reconnect& reconnect) {
  std::vector<std::string> again;
  const auto work = [&](Transaction& transaction) {
    again.clear();
    const Rows rows =
        transaction.query(sql::retry_mails, {emails.empty() ? Param(std::nullopt) : Param(text_array(emails))});
    for (int row = 0; row < rows.size(); ++row) again.emplace_back(rows.text(row, 0));
    if (again.empty()) return false;
    RunRecord told = record;
    told.message =
        std::to_string(again.size()) + (again.size() == 1 ? " message queued again" : " messages queued again");
    record_run(transaction, told, {});
    return true;
  };
  exclusive_transaction(tenant, identity, record, ending, work, reconnect);
  return again;
}

std::int64_t release_mails(Connection& tenant, const Identity& identity, const RunRecord& record, Ending ending,
                           const Reconnect& reconnect) {
  std::int64_t released = 0;
  const auto work = [&](Transaction& transaction) {
    released = transaction.query(sql::release_mails).size();
    if (released == 0) return false;
    RunRecord told = record;
    told.message = std::to_string(released) + (released == 1 ? " held message released" : " held messages released");
    record_run(transaction, told, {});
    return true;
  };
  exclusive_transaction(tenant, identity, record, ending, work, reconnect);
  return released;
}

}  // namespace acctl

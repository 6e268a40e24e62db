#include "provisioning/delivery/outbox.hpp"

#include "provisioning/base/text.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/delivery/outbox.sql.hpp"

namespace acctl {

std::vector<Mail> list_mails(Connection& tenant, const std::string& status, const std::string& email) {
  const Param one = status == "any" ? Param(std::nullopt) : Param(status);
  return read_records<Mail>(tenant.query(sql::outbox_list, {one, null_if_empty(email)}));
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
  return rows.empty() ? std::nullopt : std::optional(read_record<LastMail>(rows.at(0)));
}

std::vector<std::string> retry_mails(const ExclusiveRun& run, const std::vector<std::string>& emails) {
  std::vector<std::string> again;
  const auto work = [&](Transaction& transaction) {
    again =
        transaction.query(sql::retry_mails, {emails.empty() ? Param(std::nullopt) : Param(text_array(emails))}).texts();
    if (again.empty()) return false;
    RunRecord told = run.record;
    told.message = counted(again.size(), "message") + " queued again";
    record_run(transaction, told, {});
    return true;
  };
  exclusive_transaction(run, work);
  return again;
}

std::int64_t release_mails(const ExclusiveRun& run) {
  std::int64_t released = 0;
  const auto work = [&](Transaction& transaction) {
    released = transaction.query(sql::release_mails).size();
    if (released == 0) return false;
    RunRecord told = run.record;
    told.message = counted(static_cast<std::size_t>(released), "held message") + " released";
    record_run(transaction, told, {});
    return true;
  };
  exclusive_transaction(run, work);
  return released;
}

}  // namespace acctl

// Lists, retries and delivers the queued messages of a tenant. A message is sent at least once: one that the server
// accepted but that was not marked yet is sent again, the same to the byte.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/base/secret.hpp"
#include "provisioning/delivery/transport.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

struct Mail {
  std::string id;
  std::string purpose;  // invitation, resend, deactivated, reactivated
  std::string recipient;
  std::string status;  // queued, held, sent, failed, canceled
  std::int64_t attempts = 0;
  std::string error;
  std::string run;
  std::string queued_at;
  std::string not_before;  // of a queued one: the earliest time of the next attempt
  std::string sent_at;
};

// `status` "" for those that are queued, held or have failed, "any" for all; `email` "" for everybody's.
std::vector<Mail> list_mails(Connection& tenant, const std::string& status, const std::string& email);

// How many are queued, due or not.
std::int64_t count_queued_mails(Connection& tenant);

// How many of them are due.
std::int64_t count_due_mails(Connection& tenant);

// The latest one to a user.
struct LastMail {
  std::string purpose;
  std::string status;
  std::int64_t attempts = 0;
  std::string error;
  std::string at;  // when it was sent, else queued
};
std::optional<LastMail> last_mail(Connection& tenant, const std::string& email);

// Queues failed messages again, and makes deferred ones due now: to `emails`, to everybody if there are none. The
// recipients, for each mail. Recorded in the ledger.
std::vector<std::string> retry_mails(const ExclusiveRun& run, const std::vector<std::string>& emails);

// Queues the messages that are held; how many. Recorded in the ledger.
std::int64_t release_mails(const ExclusiveRun& run);

struct Delivery {
  std::int64_t sent = 0;
  std::int64_t deferred = 0;  // tried, to be tried again
  std::int64_t failed = 0;
  std::int64_t canceled = 0;  // not worth sending any more
  std::int64_t waiting = 0;   // afterwards, due or not, of those asked for
  std::string trouble;        // why the last one that did not go out did not; "" if all did
  bool busy = false;          // somebody else is delivering this tenant's messages
  bool down = false;          // nothing can be sent at the moment
  bool broken = false;        // a mail ended the connection; those behind it were not tried
  bool more = false;          // stopped by DeliveryLimits::most

  std::int64_t handled() const { return sent + deferred + failed + canceled; }

  // Of the same tenant, later.
  void add(const Delivery& later);
};

// What messages are sent by.
struct MailContext {
  const Platform& platform;
  const Secret& key;
  Transport& transport;
};

struct DeliveryLimits {
  std::string run;                                                // only its messages; "" all that are due
  std::int64_t most = 0;                                          // messages, at least; 0 no limit
  std::optional<std::chrono::steady_clock::time_point> deadline;  // no mail is begun after it
  const std::function<bool()>* interrupted = nullptr;
};

// Sends what is due in one tenant, and marks it in batches. Stops when nothing can be sent at the moment. Throws what
// the session throws; Error(conflict) if links would differ from those that were promised.
Delivery deliver_mails(Connection& tenant, const Tenant& whose, const MailContext& courier,
                       const DeliveryLimits& limits);

}  // namespace acctl

#include "commands/shared/delivery.hpp"

#include "commands/shared/connect_platform.hpp"
#include "provisioning/delivery/deliver_all.hpp"

namespace acctl {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr const char* connect_within = "3s";

void report_delivery(Session& session, const Delivery& delivery) {
  Terminal& terminal = session.terminal();
  if (delivery.sent > 0) terminal.info(mails(delivery.sent) + " sent");
  if (delivery.failed > 0) {
    terminal.warn(mails(delivery.failed) + " failed: " + delivery.trouble + "; see 'acctl outbox list'");
  }
  if (delivery.waiting == 0 && delivery.trouble.empty()) return;
  if (delivery.waiting == 0 && delivery.failed > 0) return;
  std::string why = delivery.deferred > 0 || delivery.waiting == 0 ? ": " + delivery.trouble : "";
  if (delivery.busy) why = ": another run is delivering messages";
  terminal.warn((delivery.waiting > 0 ? mails(delivery.waiting) + (delivery.waiting == 1 ? " is queued" : " are queued")
                                      : "messages may be queued") +
                why + "; 'acctl outbox deliver' sends the messages that are due");
}

[[noreturn]] void throw_interrupted() {
  throw Error(ErrorKind::interrupted, "interrupted; the changes are made, and messages that were not sent stay queued",
              "Run the same command again, or 'acctl outbox deliver', to send them.");
}

}  // namespace

void tell_messages(Session& session, const MessageTotals& messages) {
  const std::string words = messages_words(messages, session.settings().no_mail);
  if (!words.empty()) session.terminal().info(words);
}

void deliver_now(Session& session, const Platform& platform, const std::vector<const Tenant*>& tenants,
                 const std::string& run, QueuedBy by) {
  if (tenants.empty() || session.settings().dry_run) return;
  if (session.settings().no_mail) {
    if (by == QueuedBy::this_run) {
      session.terminal().info("messages are held; 'acctl outbox deliver --held' sends them");
    }
    return;
  }
  if (platform.settings().mail.transport.empty()) {
    if (by == QueuedBy::earlier_run) return;  // the run that queued them has said so
    session.terminal().warn(
        "messages remain queued: no mail transport is configured; see 'acctl platform apply --help'");
    return;
  }
  try {
    report_delivery(session, sum(deliver_round(platform, tenants,
                                               {.parallel = session.parallel(),
                                                .limits = {.run = run,
                                                           .deadline = std::chrono::steady_clock::now() + patience,
                                                           .interrupted = &interrupted()},
                                                .connect_within = connect_within})));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw_interrupted();
    // The command itself has succeeded; the messages are safe in the outbox.
    session.terminal().warn(std::string("messages remain queued: ") + error.what() +
                            "; send them later with 'acctl outbox deliver'");
  }
  if (interrupted()()) throw_interrupted();
}

}  // namespace acctl

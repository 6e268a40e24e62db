#include "commands/shared/delivery.hpp"

#include "commands/shared/connect_platform.hpp"
#include "provisioning/delivery/deliver_all.hpp"

namespace acctl {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr const char* answer_within = "3s";

void tell(Session& session, const Delivery& delivery) {
  Terminal& terminal = session.terminal();
  if (delivery.sent > 0) terminal.info(mails(delivery.sent) + " sent");
  if (delivery.failed > 0) {
    terminal.warn(mails(delivery.failed) + " failed: " + delivery.trouble + "; see 'acctl outbox list'");
  }
  if (delivery.waiting == 0 && delivery.trouble.empty()) return;
  if (delivery.waiting == 0 && delivery.failed > 0) return;
  std::string why = delivery.deferred > 0 || delivery.waiting == 0 ? ": " + delivery.trouble : "";
  if (delivery.busy) why = ": another run is delivering";
  terminal.warn((delivery.waiting > 0 ? mails(delivery.waiting) + (delivery.waiting == 1 ? " waits" : " wait")
                                      : "mails may wait") +
                why + "; 'acctl outbox deliver' sends what is due");
}

}  // namespace

void deliver_now(Session& session, const Platform& platform, const std::vector<const Tenant*>& tenants,
                 const std::string& run) {
  if (tenants.empty() || session.settings().dry_run) return;
  if (platform.settings().mail.transport.empty()) {
    session.terminal().warn("the mails wait: no way to send them is set; see 'acctl platform apply --help'");
    return;
  }
  try {
    tell(session, sum(deliver_round(platform, tenants,
                                    {.parallel = static_cast<int>(session.settings().parallel),
                                     .limits = {.run = run,
                                                .deadline = std::chrono::steady_clock::now() + patience,
                                                .interrupted = &interrupted()},
                                     .timeout = answer_within})));
  } catch (const Error& error) {
    // What was asked for is done; the mails are safe in the outbox.
    session.terminal().warn(std::string("the mails wait: ") + error.what() + "; then: 'acctl outbox deliver'");
  }
}

}  // namespace acctl

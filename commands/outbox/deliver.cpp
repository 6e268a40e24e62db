#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/outbox/outbox.hpp"
#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/delivery/deliver_all.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

nlohmann::ordered_json to_json(const TenantDelivery& one) {
  return {{"tenant", one.tenant},
          {"sent", one.delivery.sent},
          {"deferred", one.delivery.deferred},
          {"failed", one.delivery.failed},
          {"canceled", one.delivery.canceled},
          {"waiting", one.delivery.waiting},
          {"error", one.error ? nlohmann::ordered_json(one.error->what()) : or_null(one.delivery.trouble)}};
}

bool has_messages(const TenantDelivery& one) {
  const Delivery& delivery = one.delivery;
  return one.error || delivery.sent + delivery.deferred + delivery.failed + delivery.canceled + delivery.waiting > 0;
}

void throw_errors(const std::vector<TenantDelivery>& round) {
  FleetReport report;
  for (const TenantDelivery& one : round) {
    if (one.error) {
      report.failures.push_back({one.tenant, *one.error});
    } else {
      ++report.unchanged;
    }
  }
  throw_failures(report);
}

struct DeliverOutbox {
  bool strict = false;
  bool held = false;
  std::vector<std::string> exclude;
};

void warn_of_problems(Session& session, const Delivery& whole) {
  Terminal& terminal = session.terminal();
  const bool stopped = whole.down || whole.broken;
  if (stopped && (whole.down || whole.sent == 0)) {
    terminal.warn("mail cannot be delivered at the moment: " + whole.trouble);
  } else if (stopped) {
    terminal.warn("a message ended the connection to the mail server; the tenant's other messages stay queued: " +
                  whole.trouble);
  } else if (whole.sent == 0 && whole.deferred > 0) {
    terminal.warn("no message could be sent: " + whole.trouble);
  }
  if (whole.failed > 0) {
    terminal.warn(counted(static_cast<std::size_t>(whole.failed), "message") +
                  " cannot be sent; see 'acctl outbox list'");
  }
}

// A message that has failed does not make the round fail: a retry would not deliver it either.
void throw_if_strict(const Delivery& whole) {
  const bool stopped = whole.down || whole.broken;
  const std::string hint = "The messages stay queued; the next 'acctl outbox deliver' retries them.";
  if (whole.sent == 0 && (stopped || whole.deferred > 0)) {
    throw Error(ErrorKind::connection, "no message could be sent: " + whole.trouble, hint);
  }
  if (stopped) throw Error(ErrorKind::partial, "not all messages could be sent: " + whole.trouble, hint);
}

// Queues what --no-mail has held. A tenant where that fails is named when it is delivered.
void release_held(Session& session, const Platform& platform, const std::vector<Tenant>& tenants) {
  const RunRecord record = make_run_record(session, "outbox deliver", "", {});
  Step releasing("releasing the messages of", tenants.size(), "tenants");
  for_each_index(releasing, session.parallel(), [&](std::size_t i, std::size_t) {
    catch_failure([&] {
      const TenantSession database = enter(platform, tenants[i], Access::write);
      release_mails({database, make_identity(tenants[i]), record, Ending::commit, reconnect_to(platform, tenants[i])});
    });
  });
}

void run(Session& session, const DeliverOutbox& options) {
  if (session.settings().no_mail) {
    throw Error(ErrorKind::invalid, "'acctl outbox deliver' sends messages, and --no-mail holds them",
                "Leave out --no-mail.");
  }
  if (session.settings().dry_run) {
    throw Error(ErrorKind::invalid,
                "'acctl outbox deliver' does not support --dry-run: a sent message cannot be recalled",
                "Use 'acctl outbox list' to see what is queued.");
  }
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = select_active_tenants(session, platform, options.exclude);
  std::vector<const Tenant*> all;
  for (const Tenant& tenant : tenants) all.push_back(&tenant);
  if (options.held) release_held(session, platform, tenants);
  const auto round = deliver_round(
      platform, all, {.parallel = session.parallel(), .limits = {.interrupted = &interrupted()}, .connect_within = ""});
  RecordWriter out =
      session.records(Shape::many, {"TENANT", "SENT", "DEFERRED", "FAILED", "CANCELED", "WAITING", "ERROR"});
  for (const TenantDelivery& one : round) {
    if (has_messages(one)) out.add(to_json(one));
  }
  out.finish();
  const Delivery whole = sum(round);
  session.terminal().info(counted(static_cast<std::size_t>(whole.sent), "message") + " sent, " +
                          std::to_string(whole.deferred) + " deferred, " + std::to_string(whole.failed) + " failed; " +
                          std::to_string(whole.waiting) + " waiting");
  if (interrupt_signal() == 0) warn_of_problems(session, whole);
  if (interrupt_signal() != 0)
    throw Error(ErrorKind::interrupted, "interrupted; messages that were not sent stay queued");
  throw_errors(round);
  if (options.strict) throw_if_strict(whole);
}

}  // namespace

Command outbox_deliver_command() {
  return command<DeliverOutbox>("deliver", "deliver the messages that are due", run)
      .describe(R"(
Delivers the messages that are due in the selected tenants, or in all tenants. Several of these commands may run at
the same time: the messages of a tenant are delivered by one of them. Delivery is at least once: if acctl is killed
after the server has accepted a message, the identical message is sent again.

A message that the server defers (4xx), or does not answer, is retried after 1, 2, 4 minutes and so on, up to 6 hours
apart, for 5 days. A message that the server rejects (5xx) has failed; 'acctl outbox retry' queues it again. A message
that cannot be composed, or whose address is not valid, has failed as well; it does not delay other messages. The
systemd timer acctl-outbox.timer, which is installed with acctl, runs this command every minute.)")
      .option("--strict", "exit with 4 if no message could be sent, 6 if only some could (default: exit with 0)",
              &DeliverOutbox::strict)
      .option("--held", "also deliver messages that --no-mail has held", &DeliverOutbox::held)
      .with(exclude_option, &DeliverOutbox::exclude)
      .exits(4, "cannot connect, or with --strict: no message could be sent")
      .exits(6, "some tenants failed, or with --strict: only some messages could be sent")
      .example("acctl outbox deliver --strict", "For a timer that reports failures.")
      .example("acctl outbox deliver -t acme -v", "For one tenant, with each statement shown.");
}

}  // namespace acctl

// outbox list, deliver and retry: the mails that wait.
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/tenant_write.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/delivery/deliver_all.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

// The active ones of those that the session names; of all where it names none.
std::vector<Tenant> tenants_of(Session& session, Platform& platform, const std::vector<std::string>& exclude) {
  std::vector<Tenant> tenants = selected_tenants(session, platform, exclude, {}, Unnamed::all);
  std::erase_if(tenants, [](const Tenant& tenant) { return tenant.status != "active"; });
  return tenants;
}

struct ListOptions {
  std::string status;
  std::string email;
  std::vector<std::string> exclude;
};

int list(Session& session, const ListOptions& options) {
  Platform platform = open_for_tenants(session);
  const std::string email = options.email.empty() ? "" : emails_of({options.email}).front();
  RecordWriter out = session.records(Shape::many, {{"ID", "/id"},
                                                   {"TENANT", "/tenant"},
                                                   {"RECIPIENT", "/recipient"},
                                                   {"PURPOSE", "/purpose"},
                                                   {"STATUS", "/status"},
                                                   {"ATTEMPTS", "/attempts"},
                                                   {"NEXT ATTEMPT", "/not_before"},
                                                   {"ERROR", "/error"}});
  const std::vector<Tenant> tenants = tenants_of(session, platform, options.exclude);
  const FleetReport report = read_tenants(platform, tenants, 1, [&](std::size_t index, TenantSession& database) {
    for (const Mail& mail : list_mails(database, options.status, email)) {
      out.add({{"id", mail.id},
               {"tenant", tenants[index].slug},
               {"recipient", mail.recipient},
               {"purpose", mail.purpose},
               {"status", mail.status},
               {"attempts", mail.attempts},
               {"error", or_null(mail.error)},
               {"run", mail.run},
               {"queued_at", mail.queued_at},
               {"not_before", or_null(mail.not_before)},
               {"sent_at", or_null(mail.sent_at)}});
    }
  });
  if (!report.all_failed()) out.finish();
  throw_failures(report, Reported::no);
  return 0;
}

Json to_json(const TenantDelivery& one) {
  return {{"tenant", one.tenant},
          {"sent", one.delivery.sent},
          {"deferred", one.delivery.deferred},
          {"failed", one.delivery.failed},
          {"canceled", one.delivery.canceled},
          {"waiting", one.delivery.waiting},
          {"error", one.error ? Json(one.error->what()) : or_null(one.delivery.trouble)}};
}

bool is_worth_a_row(const TenantDelivery& one) {
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

struct DeliverOptions {
  bool strict = false;
  std::vector<std::string> exclude;
};

void warn_of_trouble(Session& session, const Delivery& whole) {
  Terminal& terminal = session.terminal();
  const bool stopped = whole.down || whole.broken;
  if (stopped && (whole.down || whole.sent == 0)) {
    terminal.warn("mail cannot be delivered at the moment: " + whole.trouble);
  } else if (stopped) {
    terminal.warn("a message ended the connection to the mail server; the tenant's others wait: " + whole.trouble);
  } else if (whole.sent == 0 && whole.deferred > 0) {
    terminal.warn("no message could be sent: " + whole.trouble);
  }
  if (whole.failed > 0) {
    terminal.warn(counted(static_cast<std::size_t>(whole.failed), "message") +
                  " cannot be sent; see 'acctl outbox list'");
  }
}

// A message that has failed is no failure of the round.
void throw_if_strict(const Delivery& whole) {
  const bool stopped = whole.down || whole.broken;
  const std::string hint = "The messages stay queued and are tried again by the next 'acctl outbox deliver'.";
  if (whole.sent == 0 && (stopped || whole.deferred > 0)) {
    throw Error(ErrorKind::connection, "no message could be sent: " + whole.trouble, hint);
  }
  if (stopped) throw Error(ErrorKind::partial, "not all messages could be sent: " + whole.trouble, hint);
}

int deliver(Session& session, const DeliverOptions& options) {
  if (session.settings().dry_run) {
    throw Error(ErrorKind::invalid, "'acctl outbox deliver' cannot be rehearsed: a mail that is sent is sent",
                "'acctl outbox list' shows what waits.");
  }
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = tenants_of(session, platform, options.exclude);
  std::vector<const Tenant*> all;
  for (const Tenant& tenant : tenants) all.push_back(&tenant);
  const auto round = deliver_round(platform, all,
                                   {.parallel = static_cast<int>(session.settings().parallel),
                                    .limits = {.interrupted = &interrupted()},
                                    .timeout = "",
                                    .progress = progress_of(session)});
  RecordWriter out = session.records(Shape::many, {{"TENANT", "/tenant"},
                                                   {"SENT", "/sent"},
                                                   {"DEFERRED", "/deferred"},
                                                   {"FAILED", "/failed"},
                                                   {"CANCELED", "/canceled"},
                                                   {"WAITING", "/waiting"},
                                                   {"ERROR", "/error"}});
  for (const TenantDelivery& one : round) {
    if (is_worth_a_row(one)) out.add(to_json(one));
  }
  out.finish();
  const Delivery whole = sum(round);
  session.terminal().info(mails(whole.sent) + " sent, " + std::to_string(whole.deferred) + " deferred, " +
                          std::to_string(whole.failed) + " failed; " + std::to_string(whole.waiting) + " waiting");
  if (interrupt_signal() == 0) warn_of_trouble(session, whole);
  if (interrupt_signal() != 0) throw Error(ErrorKind::interrupted, "interrupted; what was not sent waits");
  throw_errors(round);
  if (options.strict) throw_if_strict(whole);
  return 0;
}

struct RetryOptions {
  std::vector<std::string> emails;
  std::vector<std::string> exclude;
};

int retry(Session& session, const RetryOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  RecordWriter out = session.records(Shape::many, {{"RECIPIENT", "/recipient"}, {"TENANT", "/tenant"}});
  const auto work = [&](TenantWrite& site) {
    for (const std::string& recipient :
         retry_mails(site.database, site.identity, emails, site.record, site.ending, site.reconnect)) {
      out.add({{"recipient", recipient}, {"tenant", site.tenant.slug}});
      ++site.older_mails;
    }
  };
  for_each_site(session, {.command = "outbox retry",
                          .exclude = options.exclude,
                          .work = work,
                          .write = [&] { out.finish(); },
                          .unnamed = Unnamed::all});
  return 0;
}

Command outbox_list_command() {
  auto options = std::make_shared<ListOptions>();
  return {
      .name = "list",
      .summary = "list mails that wait or have failed",
      .description =
          "Lists the mails that are queued and those that have failed, of the tenants named or of all; with --status "
          "others, too.",
      .options = {{.name = "--status",
                   .value = "STATUS",
                   .help = "only of this status; any shows all",
                   .target = &options->status,
                   .choices = {"queued", "sent", "failed", "canceled", "any"}},
                  {.name = "--to", .value = "EMAIL", .help = "only to this person", .target = &options->email},
                  exclude_option(options->exclude)},
      .examples = {{"acctl outbox list", "Whatever waits or has failed, in all tenants."},
                   {"acctl outbox list -t acme --status any --to ana@acme.example", "What became of her mails."}},
      .trail = Trail::nothing,
      .run = [options](Session& session) { return list(session, *options); },
      .storage = options,
  };
}

Command outbox_deliver_command() {
  auto options = std::make_shared<DeliverOptions>();
  return {
      .name = "deliver",
      .summary = "send the mails that are due",
      .description =
          "Sends what is due in the tenants named, or in all. Several of these may run at once: a tenant's mails are "
          "sent by one of them. Mail is sent at least once: where acctl is killed after the server took a mail, it is "
          "sent again, the same to the byte. What the server puts off (4xx), or does not answer, is tried again after "
          "a minute, two, four and so on up to six hours, for five days; what it refuses (5xx) has failed, and "
          "'acctl outbox retry' tries it again. A message that cannot be written, or whose address is not valid, has "
          "failed as well; it keeps no other message from being sent. A systemd timer that runs this every minute is "
          "installed with acctl: acctl-outbox.timer.",
      .options = {{.name = "--strict",
                   .value = "",
                   .help = "exit with 4 if no message could be sent, with 6 if only some could (default: exit with 0, "
                           "because they stay queued)",
                   .target = &options->strict},
                  exclude_option(options->exclude)},
      .examples = {{"acctl outbox deliver --strict", "For a timer."},
                   {"acctl outbox deliver -t acme -v", "One tenant."}},
      .run = [options](Session& session) { return deliver(session, *options); },
      .storage = options,
  };
}

Command outbox_retry_command() {
  auto options = std::make_shared<RetryOptions>();
  return {
      .name = "retry",
      .summary = "send failed mails again, after a cure",
      .description =
          "Mails that have failed wait again, and those that were put off are due at once: to the people named, or "
          "all. Then they are sent. Invitations that are used, revoked or expired stay as they are; "
          "'acctl user resend' makes fresh ones.",
      .arguments = {{.name = "EMAIL", .help = "recipients", .target = &options->emails, .required = false}},
      .options = {exclude_option(options->exclude)},
      .examples = {{"acctl outbox retry -t acme", "All of a tenant."},
                   {"acctl outbox retry ana@acme.example -t acme", "After her mailbox was made."}},
      .trail = Trail::every_run,
      .run = [options](Session& session) { return retry(session, *options); },
      .storage = options,
  };
}

}  // namespace

Command outbox_command() {
  return {
      .name = "outbox",
      .summary = "mails: what waits, and sending it",
      .description =
          "Commands that invite people, or end or restore somebody's access, queue mails in the tenant's database with "
          "the very change, and send them right after it. What did not go out waits here.",
      .subcommands = {outbox_list_command(), outbox_deliver_command(), outbox_retry_command()},
  };
}

}  // namespace acctl

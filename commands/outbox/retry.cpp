#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/outbox/outbox.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/tenant_write.hpp"
#include "provisioning/delivery/deliver_all.hpp"

namespace acctl {

namespace {

struct RetryOutbox {
  std::vector<std::string> emails;
  std::vector<std::string> exclude;
};

void run(Session& session, const RetryOutbox& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  RecordWriter out = session.records(Shape::many, {"RECIPIENT", "TENANT"});
  const auto work = [&](TenantWrite& site) {
    // What is due already leaves with them, such as what an earlier run has queued again and not sent. It is not held.
    const std::int64_t due = session.settings().no_mail ? 0 : count_due_mails(site.database);
    for (const std::string& recipient : retry_mails(site.run, emails)) {
      out.add({{"recipient", recipient}, {"tenant", site.tenant.slug}});
      ++site.older_mails;
    }
    if (emails.empty() || site.older_mails > 0) site.older_mails += due;
  };
  for_each_site(session, {.command = "outbox retry",
                          .exclude = options.exclude,
                          .work = work,
                          .write = [&] { out.finish(); },
                          .unnamed = Unnamed::all,
                          .sends_older = true});
}

}  // namespace

Command outbox_retry_command() {
  return command<RetryOutbox>("retry", "retry failed and deferred messages now", run)
      .describe(R"(
Queues failed messages again and makes deferred ones due at once, either all of them or those to the given addresses;
then delivers them. Invitations that are accepted, revoked or expired are skipped; 'acctl user resend' creates new
ones.)")
      .argument("[EMAIL...]", "recipients (default: all)", &RetryOutbox::emails)
      .with(exclude_option, &RetryOutbox::exclude)
      .example("acctl outbox retry -t acme", "All messages of a tenant.")
      .example("acctl outbox retry ana@acme.example -t acme", "After the recipient's mailbox was created.")
      .trail(Trail::every_run);
}

}  // namespace acctl
